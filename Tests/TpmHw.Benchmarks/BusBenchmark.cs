using TpmHw.Simulation;

namespace TpmHw.Benchmarks;

/// <summary>What one command costs in one setting.</summary>
/// <param name="Setting">The setting's name.</param>
/// <param name="Command">The command's name.</param>
/// <param name="Frames">Times that chip select went low and high again.</param>
/// <param name="Bytes">Bytes clocked.</param>
/// <param name="Exchanges">Calls of the port.</param>
/// <param name="StatusReads">Reads of TPM_STS.</param>
/// <param name="BusyPolls">Those of them that found the TPM executing.</param>
/// <param name="OvershootUs">From the TPM being done to the driver knowing, in microseconds.</param>
internal sealed record BusCost(
    string Setting, string Command, long Frames, long Bytes, long Exchanges, long StatusReads, long BusyPolls, double OvershootUs);

/// <summary>A cost, what the protocol can't do without, and what is above the bounds.</summary>
/// <param name="Cost">What was measured.</param>
/// <param name="Strict">The least where burstCount is read before every burst.</param>
/// <param name="Static">The least where burstCount is read once.</param>
/// <param name="Above">Names of the figures that are above their bounds.</param>
internal sealed record BusCell(BusCost Cost, BusFigures Strict, BusFigures Static, IReadOnlyList<string> Above);

/// <summary>
/// What the FIFO driver costs on SPI: a modelled chip with canned responses, on a clock that only the bus and the
/// driver's waits move. Frames are what real hardware pays for, and at 10 MHz a byte is 0.8 µs. The figures are the
/// same on every machine.
/// </summary>
internal static class BusBenchmark
{
    private const int MostPollsOfLongCommand = 40;

    private static readonly TimeSpan s_longCommand = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_promptCommand = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_promptOvershoot = TimeSpan.FromMicroseconds(50);

    public static IReadOnlyList<BusCell> Run() =>
        [.. BusSetting.All.SelectMany(static setting => BusCommand.All.Select((_, command) => Compare(setting, command)))];

    private static BusCell Compare(BusSetting setting, int command)
    {
        BusCost cost = Measure(setting, BusCommand.All[command]);
        BusFigures strict = BusFloor.Of(setting, command, isStatic: false);
        BusFigures ofStatic = BusFloor.Of(setting, command, isStatic: true);

        // Where burstCount is static, the look at dataAvail after the response is one more than the floor. Looks while
        // the command runs come on top; a chip that takes its time to get ready is not looked at before it is.
        BusFigures bound = (setting.IsStatic ? ofStatic.Plus(setting.StatusRead, 1) : strict)
            .Plus(setting.StatusRead, cost.BusyPolls);
        return new BusCell(cost, strict, ofStatic, [.. Above(setting, cost, bound)]);
    }

    /// <summary>The second of two runs, on a TPM opened as a connection string does, which asks it for its family.</summary>
    private static BusCost Measure(BusSetting setting, BusCommand command)
    {
        byte[] sent = command.Command;
        byte[] expected = command.Response;
        var canned = new CannedTpm(TpmFamily.Tpm20, (received, response) =>
        {
            byte[] answer = received.SequenceEqual(sent) ? expected : BusCommand.FamilyResponse;
            answer.CopyTo(response);
            return answer.Length;
        });
        var model = new FifoModel(setting.Chip, canned) { ExecutionTime = ExecutionTimes.Fixed(setting.Execution) };
        using var tpm = SimulatedTpm.OnSpi(model, setting.Port, setting.Name);

        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int run = 1; run <= 2; run++)
        {
            model.Counters.Clear();
            int length = tpm.Transmit(sent, response);
            if (!response.AsSpan(0, length).SequenceEqual(expected) || model.Rules.Count > 0)
            {
                throw new BenchmarkException($"{setting.Name}, {command.Name}: the response is wrong, or the driver broke a rule of the bus. {string.Join("; ", model.Rules.Violations)}");
            }
        }

        BusCounters counters = model.Counters;
        return new BusCost(
            setting.Name, command.Name, counters.Frames, counters.Bytes, counters.Exchanges, counters.StatusReads, counters.BusyPolls,
            counters.Overshoot!.Value.TotalMicroseconds);
    }

    private static IEnumerable<string> Above(BusSetting setting, BusCost cost, BusFigures bound)
    {
        TimeSpan overshoot = setting.Execution <= s_promptCommand ? s_promptOvershoot : setting.Execution * 0.02;
        return new (string Name, bool IsAbove)[]
        {
            ("frames", cost.Frames > bound.Frames),
            ("bytes", cost.Bytes > bound.Bytes),
            ("status reads", cost.StatusReads > bound.StatusReads),
            ("exchanges", cost.Exchanges > bound.Exchanges),
            ("busy polls", setting.Execution >= s_longCommand && cost.BusyPolls > MostPollsOfLongCommand),
            ("overshoot", cost.OvershootUs >= overshoot.TotalMicroseconds),
        }.Where(static figure => figure.IsAbove).Select(static figure => figure.Name);
    }
}
