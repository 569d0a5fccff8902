using TpmHw.Testing;

namespace TpmHw.Simulation.Tests;

/// <summary>The contract over I2C behind a modelled FTDI bridge.</summary>
public abstract class FtdiI2cConformance(string profile) : SimulatedConformance("ftdi-i2c", profile);

public sealed class Slb9673FtdiI2cConformance() : FtdiI2cConformance("slb9673");

/// <summary>A chip that holds the clock.</summary>
public sealed class St33ktpmFtdiI2cConformance() : FtdiI2cConformance("st33ktpm2xi2c");

/// <summary>A chip that needs time between messages, and takes no repeated start without.</summary>
public sealed class NuvotonFtdiI2cConformance() : FtdiI2cConformance("npct75x-i2c");

public sealed class StrictFtdiI2cConformance() : FtdiI2cConformance("strict-i2c");

/// <summary>A chip of the older family.</summary>
[Collection(SharedTpm12.Name)]
public sealed class Tpm12FtdiI2cConformance(SharedTpm12 tpm) : FtdiI2cConformance("slb9673")
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() =>
        SimulatedTpm.OnFtdiI2c(new FifoModel(I2cProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}
