namespace TpmHw.Simulation.Tests;

/// <summary>The contract over a command response buffer. Nothing stays mapped.</summary>
public abstract class SimulatedMmioCrbConformance(string profile) : SimulatedConformance("mmio-crb", profile)
{
    private protected override void CheckClosed(TpmModel model) => Assert.Equal(0, ((CrbModel)model).Mapped);
}

public sealed class QemuCrbConformance() : SimulatedMmioCrbConformance("qemu");

public sealed class StrictCrbConformance() : SimulatedMmioCrbConformance("strict");

public sealed class IntelPttCrbConformance() : SimulatedMmioCrbConformance("intel-ptt");

public sealed class IntelAlderLakeCrbConformance() : SimulatedMmioCrbConformance("intel-alder-lake");

public sealed class IntelJasperLakeCrbConformance() : SimulatedMmioCrbConformance("intel-jasper-lake");

public sealed class AmdFtpmCrbConformance() : SimulatedMmioCrbConformance("amd-ftpm");

public sealed class ChunkingCrbConformance() : SimulatedMmioCrbConformance("chunking");

public sealed class SimulatedMmioCrbConformanceTests
{
    [Theory]
    [MemberData(nameof(SimulatedMemoryTests.CrbProfiles), MemberType = typeof(SimulatedMemoryTests))]
    public void Every_profile_has_its_class_of_conformance_tests(string profile) =>
        Assert.Contains(profile, SimulatedConformance.Tried<SimulatedMmioCrbConformance>());
}
