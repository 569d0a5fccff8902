namespace TpmHw.Simulation.Tests;

/// <summary>The contract over a FIFO in memory.</summary>
public abstract class SimulatedMmioFifoConformance(string profile) : SimulatedConformance("mmio-fifo", profile);

public sealed class PlainMmioConformance() : SimulatedMmioFifoConformance("plain");

public sealed class StrictMmioConformance() : SimulatedMmioFifoConformance("strict");

public sealed class Slb9670MmioConformance() : SimulatedMmioFifoConformance("slb9670");

public sealed class Slb9672MmioConformance() : SimulatedMmioFifoConformance("slb9672");

public sealed class St33MmioConformance() : SimulatedMmioFifoConformance("st33");

public sealed class Npct75xMmioConformance() : SimulatedMmioFifoConformance("npct75x");

public sealed class Attpm20MmioConformance() : SimulatedMmioFifoConformance("attpm20");

[Collection(SharedTpm12.Name)]
public abstract class SimulatedMmioFifoTpm12Conformance(string profile, SharedTpm12 tpm) : SimulatedMmioFifoConformance(profile)
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() =>
        SimulatedTpm.OnMemory(new FifoModel(FifoProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}

/// <summary>A chip of today with the firmware of yesterday: the same registers, the other family.</summary>
public sealed class Slb9670Tpm12MmioConformance(SharedTpm12 tpm) : SimulatedMmioFifoTpm12Conformance("slb9670", tpm);

public sealed class Slb9660MmioConformance(SharedTpm12 tpm) : SimulatedMmioFifoTpm12Conformance("slb9660-tpm12", tpm);

public sealed class Slb9635MmioConformance(SharedTpm12 tpm) : SimulatedMmioFifoTpm12Conformance("slb9635-tpm12", tpm);

public sealed class At97sc3204MmioConformance(SharedTpm12 tpm) : SimulatedMmioFifoTpm12Conformance("at97sc3204-tpm12", tpm);

public sealed class ItpmMmioConformance(SharedTpm12 tpm) : SimulatedMmioFifoTpm12Conformance("itpm-tpm12", tpm);

public sealed class SimulatedMmioFifoConformanceTests
{
    [Theory]
    [MemberData(nameof(SimulatedMemoryTests.FifoProfiles), MemberType = typeof(SimulatedMemoryTests))]
    public void Every_chip_has_its_class_of_conformance_tests(string profile) =>
        Assert.Contains(profile, SimulatedConformance.Tried<SimulatedMmioFifoConformance>());
}
