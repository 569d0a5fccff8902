using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests;

/// <summary>
/// The contract of a transport, kept by the driver over a modelled chip. After each test the model has to have
/// nothing against the driver, what it did while closing included.
/// </summary>
/// <param name="bus">The bus that it is on.</param>
/// <param name="profile">The chip.</param>
public abstract class SimulatedConformance(string bus, string profile) : TransportConformance, IDisposable
{
    private readonly List<SimulatedTpm> _opened = [];

    internal string Profile => profile;

    /// <summary>The chips that some class derived from this one is for.</summary>
    internal static IEnumerable<string> Tried<T>()
        where T : SimulatedConformance => typeof(T).Assembly.GetTypes()
            .Where(static t => t.IsSubclassOf(typeof(T)) && !t.IsAbstract)
            .Select(static t => (T)Activator.CreateInstance(t, new object?[t.GetConstructors()[0].GetParameters().Length])!)
            .Select(static t => t.Profile);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Assert.NotEmpty(_opened);
        Assert.All(_opened, tpm =>
        {
            tpm.Dispose();
            Assert.NotEqual(0, tpm.Model.Counters.TotalExecutions);
            Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
            CheckClosed(tpm.Model);
        });
    }

    protected override ITpmTransport Open()
    {
        SimulatedTpm tpm = OpenChip();
        _opened.Add(tpm);
        tpm.Transmit(RawCommands.Startup(Family), new byte[tpm.Info.MaxResponseSize]);
        return tpm;
    }

    /// <summary>What else has to hold once the driver is gone.</summary>
    private protected virtual void CheckClosed(TpmModel model)
    {
    }

    private protected virtual SimulatedTpm OpenChip()
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        return (SimulatedTpm)catalog.Open($"sim:{bus},profile={profile}");
    }
}
