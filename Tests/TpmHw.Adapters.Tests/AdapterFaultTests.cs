using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.SystemDevice;

namespace TpmHw.Adapters.Tests;

/// <summary>The fault matrix over the adapters.</summary>
public class AdapterFaultTests
{
    private static readonly FaultBus[] s_buses =
    [
        new("SpiDevice, chip select on a line", static (tpm, trial) => OnSpi(tpm, trial, hasChipSelectLine: true)) { Faults = FaultKinds.On("spi") },
        // Whole frames have no room for wait states that come and go.
        new("SpiDevice", static (tpm, trial) => OnSpi(tpm, trial, hasChipSelectLine: false)) { Faults = [.. FaultKinds.On("spi").Except([FaultKind.WaitStates])] },
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

    private static SimulatedTpm OnSpi(ITpmTransport tpm, FaultTrial trial, bool hasChipSelectLine)
    {
        var model = new FifoModel(FifoProfiles.Plain, tpm);
        var board = new SpiBoard(model, hasChipSelectLine);
        return new SimulatedTpm(SystemDeviceTransport.Open(board.Device, board.Options with { Transport = FaultBus.OptionsFor(trial) }), model);
    }
}
