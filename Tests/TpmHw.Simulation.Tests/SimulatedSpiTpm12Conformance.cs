namespace TpmHw.Simulation.Tests;

[Collection(SharedTpm12.Name)]
public abstract class SimulatedSpiTpm12Conformance(string profile, SharedTpm12 tpm) : SimulatedSpiConformance(profile)
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() =>
        SimulatedTpm.OnSpi(new FifoModel(FifoProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}

/// <summary>A chip of today with the firmware of yesterday: the same registers, the other family.</summary>
public sealed class Slb9670Tpm12SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("slb9670", tpm);

public sealed class Slb9660SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("slb9660-tpm12", tpm);

public sealed class Slb9635SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("slb9635-tpm12", tpm);

public sealed class At97sc3204SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("at97sc3204-tpm12", tpm);

public sealed class ItpmSpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("itpm-tpm12", tpm);
