using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests;

/// <summary>
/// The contract of a transport, kept by the driver over a modelled chip on SPI. After each test the model has to have
/// nothing against the driver, what it did while closing included.
/// </summary>
/// <param name="profile">The chip.</param>
public abstract class SimulatedSpiConformance(string profile) : TransportConformance, IDisposable
{
    private readonly List<SimulatedTpm> _opened = [];

    internal string Profile => profile;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Assert.NotEmpty(_opened);
        Assert.All(_opened, static tpm =>
        {
            tpm.Dispose();
            Assert.NotEqual(0, tpm.Model.Counters.TotalExecutions);
            Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
        });
    }

    protected override ITpmTransport Open()
    {
        SimulatedTpm tpm = OpenChip();
        _opened.Add(tpm);
        tpm.Transmit(RawCommands.Startup(Family), new byte[tpm.Info.MaxResponseSize]);
        return tpm;
    }

    private protected virtual SimulatedTpm OpenChip()
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        return (SimulatedTpm)catalog.Open($"sim:spi,profile={profile}");
    }
}

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
    public void Every_chip_has_its_class_of_conformance_tests(string profile)
    {
        IEnumerable<string> tried = typeof(SimulatedSpiConformance).Assembly.GetTypes()
            .Where(static t => t.IsSubclassOf(typeof(SimulatedSpiConformance)) && !t.IsAbstract)
            .Select(static t => (SimulatedSpiConformance)Activator.CreateInstance(t, new object?[t.GetConstructors()[0].GetParameters().Length])!)
            .Select(static t => t.Profile);
        Assert.Contains(profile, tried);
    }
}
