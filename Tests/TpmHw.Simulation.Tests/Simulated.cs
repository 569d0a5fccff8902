using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Simulation.Tests;

/// <summary>Models that connection strings open.</summary>
internal static class Simulated
{
    /// <summary>Opens one.</summary>
    public static SimulatedTpm Open(string connectionString)
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        return (SimulatedTpm)catalog.Open(connectionString);
    }

    /// <summary>Opens one, and sees it answer commands of many lengths and the longest without a rule broken.</summary>
    /// <returns>It, closed again.</returns>
    public static SimulatedTpm Answers(string connectionString)
    {
        SimulatedTpm tpm = Open(connectionString);
        TpmFamily family = tpm.Model.Family;
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(RawCommands.Startup(family), response);
        for (int i = 1; i < 20; i++)
        {
            Assert.Equal(RawCommands.RandomResponseSize(family, i), tpm.Transmit(RawCommands.GetRandom(family, i), response));
        }

        tpm.Transmit(RawCommands.Biggest(family, tpm.Info.MaxCommandSize), response);
        Assert.Equal(family, tpm.Info.Family);
        tpm.Dispose();
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
        Assert.Equal(19, tpm.Model.Counters.Executions[family == TpmFamily.Tpm20 ? 0x17Bu : 0x46u]);
        return tpm;
    }
}
