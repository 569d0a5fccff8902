using TpmHw.Simulation;
using TpmHw.Testing;
using TpmHw.Transports.Registers;
using TpmHw.Transports.SystemDevice;

namespace TpmHw.Adapters.Tests;

/// <summary>The fault matrix over the adapters.</summary>
public class AdapterFaultTests
{
    private static readonly Adapter[] s_adapters =
    [
        new("SpiDevice, chip select on a line", new FaultBus("spi", static (tpm, trial) => OnSpi(tpm, trial, hasChipSelectLine: true))),
        // Whole frames have no room for wait states that come and go.
        new("SpiDevice", new FaultBus("spi", static (tpm, trial) => OnSpi(tpm, trial, hasChipSelectLine: false)), FaultKind.WaitStates),
        new("I2cDevice", new FaultBus("i2c", OnI2c)),
    ];

    public static TheoryData<string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (Adapter adapter in s_adapters)
            {
                foreach (FaultTrial trial in adapter.Trials)
                {
                    rows.Add(adapter.Name, trial.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_phase_ends_in_the_right_response_or_a_named_error(string adapterName, string trialName)
    {
        Adapter adapter = s_adapters.Single(a => a.Name == adapterName);
        IReadOnlyList<FaultCell> cells = FaultMatrix.Try(adapter.Bus, adapter.Trials.Single(t => t.Name == trialName));
        Assert.Equal("", string.Join('\n', cells.SelectMany(static c => c.Problems)));
    }

    private static SimulatedTpm OnSpi(ITpmTransport tpm, FaultTrial trial, bool hasChipSelectLine)
    {
        var model = new FifoModel(FifoProfiles.Plain, tpm);
        var board = new SpiBoard(model, hasChipSelectLine);
        return new SimulatedTpm(SystemDeviceTransport.Open(board.Device, board.Options with { Transport = OptionsFor(trial) }), model);
    }

    private static SimulatedTpm OnI2c(ITpmTransport tpm, FaultTrial trial)
    {
        var model = new FifoModel(I2cProfiles.Find("plain-i2c")!, tpm);
        var board = new I2cBoard(model, repeatsStart: false);
        return new SimulatedTpm(SystemDeviceTransport.Open(board.Device, board.Options with { Transport = OptionsFor(trial) }), model);
    }

    private static RegisterTransportOptions OptionsFor(FaultTrial trial) => new() { VerifiesResponses = trial.VerifiesResponses };

    private sealed record Adapter(string Name, FaultBus Bus, params FaultKind[] Not)
    {
        public IEnumerable<FaultTrial> Trials => Bus.Trials.Where(t => !Not.Contains(t.Kind));
    }
}
