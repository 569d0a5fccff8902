namespace TpmHw.Simulation.Tests;

/// <summary>The contract over a modelled USB stick.</summary>
public abstract class SimulatedLtt2goConformance(string profile) : SimulatedConformance("ltt2go", profile);

public sealed class Slb9670Ltt2goConformance() : SimulatedLtt2goConformance("slb9670");

public sealed class Slb9672Ltt2goConformance() : SimulatedLtt2goConformance("slb9672");

/// <summary>The stick with a chip of the older family.</summary>
[Collection(SharedTpm12.Name)]
public sealed class Tpm12Ltt2goConformance(SharedTpm12 tpm) : SimulatedLtt2goConformance("slb9670")
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() =>
        SimulatedTpm.OnLtt2go(new FifoModel(FifoProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}
