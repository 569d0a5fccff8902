namespace TpmHw.Simulation.Tests;

/// <summary>The contract over SPI.</summary>
public abstract class SimulatedSpiConformance(string profile) : SimulatedConformance("spi", profile);

public sealed class PlainSpiConformance() : SimulatedSpiConformance("plain");

public sealed class StrictSpiConformance() : SimulatedSpiConformance("strict");

public sealed class Slb9670SpiConformance() : SimulatedSpiConformance("slb9670");

public sealed class Slb9672SpiConformance() : SimulatedSpiConformance("slb9672");

public sealed class St33SpiConformance() : SimulatedSpiConformance("st33");

public sealed class Npct75xSpiConformance() : SimulatedSpiConformance("npct75x");

public sealed class Attpm20SpiConformance() : SimulatedSpiConformance("attpm20");

public sealed class Cr50SpiConformance() : SimulatedSpiConformance("cr50");

public sealed class SimulatedSpiConformanceTests
{
    [Theory]
    [MemberData(nameof(SimulatedSpiTests.Profiles), MemberType = typeof(SimulatedSpiTests))]
    public void Every_chip_has_its_class_of_conformance_tests(string profile) =>
        Assert.Contains(profile, SimulatedConformance.Tried<SimulatedSpiConformance>());
}
