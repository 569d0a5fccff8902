using TpmHw.Simulation;
using TpmHw.Testing;

namespace TpmHw.Adapters.Tests;

/// <summary>The fault matrix over the adapters.</summary>
public class AdapterFaultTests
{
    private static readonly FaultBus[] s_buses =
    [
        new("SpiDevice, chip select on a line", FaultBus.All[0].Faults, static (tpm, _) => OnSpi(tpm, hasChipSelectLine: true)),
        // Whole frames have no room for wait states that come and go.
        new("SpiDevice", [.. FaultBus.All[0].Faults.Except([FaultKind.WaitStates])], static (tpm, _) => OnSpi(tpm, hasChipSelectLine: false)),
    ];

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (FaultBus bus in s_buses)
            {
                foreach (FaultTrial trial in bus.Trials)
                {
                    rows.Add(bus.Name, trial.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_phase_ends_in_the_right_response_or_a_named_error(string busName, string trialName)
    {
        FaultBus bus = s_buses.Single(b => b.Name == busName);
        IReadOnlyList<FaultCell> cells = FaultMatrix.Try(bus, bus.Trials.Single(t => t.Name == trialName));
        Assert.Equal("", string.Join('\n', cells.SelectMany(static c => c.Problems)));
    }

    private static SimulatedTpm OnSpi(ITpmTransport tpm, bool hasChipSelectLine)
    {
        var model = new FifoModel(FifoProfiles.Plain, tpm);
        return new SimulatedTpm(new SpiBoard(model, hasChipSelectLine).Open(), model);
    }
}
