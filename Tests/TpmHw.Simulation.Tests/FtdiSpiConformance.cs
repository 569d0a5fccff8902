using TpmHw.Testing;

namespace TpmHw.Simulation.Tests;

/// <summary>The contract over SPI behind a modelled FTDI bridge.</summary>
public abstract class FtdiSpiConformance(string profile) : SimulatedConformance("ftdi-spi", profile);

public sealed class Slb9670FtdiSpiConformance() : FtdiSpiConformance("slb9670");

public sealed class Slb9672FtdiSpiConformance() : FtdiSpiConformance("slb9672");

/// <summary>A chip whose wait states need chip select held.</summary>
public sealed class St33FtdiSpiConformance() : FtdiSpiConformance("st33");

public sealed class StrictFtdiSpiConformance() : FtdiSpiConformance("strict");

/// <summary>A chip that sleeps, and is woken by chip select alone.</summary>
public sealed class Cr50FtdiSpiConformance() : FtdiSpiConformance("cr50");

/// <summary>A chip of the older family.</summary>
[Collection(SharedTpm12.Name)]
public sealed class Tpm12FtdiSpiConformance(SharedTpm12 tpm) : FtdiSpiConformance("slb9670")
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() =>
        SimulatedTpm.OnFtdiSpi(new FifoModel(FifoProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}
