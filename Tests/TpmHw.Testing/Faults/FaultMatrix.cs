using System.Globalization;
using TpmHw.Simulation;

namespace TpmHw.Testing;

/// <summary>What came of one command while something went wrong.</summary>
/// <param name="Outcome">ok, cancelled, or the error.</param>
/// <param name="Took">How long the caller waited, on the model's clock.</param>
/// <param name="Problems">What must not be; empty where all is well.</param>
public sealed record FaultResult(string Outcome, TimeSpan Took, IReadOnlyList<string> Problems);

/// <summary>One cell: a fault that begins in a phase, and lasts for one access, for four, and until it is mended.</summary>
/// <param name="Trial">The fault.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Results">One for each of <see cref="FaultMatrix.Lengths"/>.</param>
public sealed record FaultCell(FaultTrial Trial, FaultPhase Phase, IReadOnlyList<FaultResult> Results)
{
    /// <summary>What must not be, with where it was.</summary>
    public IEnumerable<string> Problems => Results.SelectMany((r, i) => r.Problems.Select(p => $"{Trial.Name}, from {Phase} on, for {FaultMatrix.LengthNames[i]}: {p}"));

    /// <summary>The cell's text: one outcome where all are the same, otherwise one for each length.</summary>
    public override string ToString()
    {
        string[] outcomes = [.. Results.Select(static r => r.Outcome)];
        return outcomes.Distinct().Count() == 1 ? outcomes[0] : string.Join(" / ", outcomes);
    }
}

/// <summary>
/// Every fault in every phase of a command on every bus. Whatever goes wrong, the caller gets the right response or an
/// error that names the fault, in time; the command is executed once at most; and once the fault is gone the next
/// command works.
/// </summary>
public static class FaultMatrix
{
    private const int ResponseSize = 300;

    private static readonly byte[] s_command = RawCommands.Command(0x8001, 0x17B, new byte[90]);
    private static readonly TimeSpan s_execution = TimeSpan.FromMilliseconds(2);

    // GetRandom's own 20 s where the TPM hangs, and all the attempts to get it back.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    // Longer than any fault that passes by itself.
    private static readonly TimeSpan s_afterwards = TimeSpan.FromSeconds(11);

    /// <summary>How many accesses of the bus a fault lasts; null until it is mended.</summary>
    public static IReadOnlyList<int?> Lengths { get; } = [1, 4, null];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> LengthNames { get; } = ["one access", "four accesses", "good"];

    /// <summary>Tries a fault in all phases.</summary>
    public static IReadOnlyList<FaultCell> Try(FaultBus bus, FaultTrial trial) =>
    [
        .. Enum.GetValues<FaultPhase>().Select(phase => new FaultCell(trial, phase, [.. Lengths.Select(length => Try(bus, trial, phase, length))])),
    ];

    /// <summary>All tables with what there is to know about them: <c>docs/fault-matrix.md</c>.</summary>
    public static string Document(IEnumerable<(FaultBus Bus, IEnumerable<IReadOnlyList<FaultCell>> Rows)> buses)
    {
        var text = new System.Text.StringBuilder("""
            # What happens when something goes wrong

            Each row is a fault of a chip, a bus or a wire, tried on the models of `TpmHw.Simulation`; each column is the phase
            of a command in which it begins. The command is a TPM2_GetRandom of 100 bytes with a response of 300, and takes 2 ms.
            A cell is what its caller got: `ok` is the right response, `cancelled` an `OperationCanceledException` that was asked
            for, `hidden` a response that lies in a way of which the interface has no second account (decoding it finds the lie),
            anything else the `TpmFault` of the exception. Where a cell has three, the fault lasted for one access of the
            bus, for four, and until it was mended. The last column is the longest that any of the row's callers waited: GetRandom
            has 20 s, and a number beside the fault is its value (`FaultKind` says of what; times are in microseconds; of USB's
            transfers none means control requests, 1 bulk writes, and 2 bulk reads).

            After `unplugged`, the next command is sent by a driver that was opened anew.

            In every cell the command was executed once at most, and the next one worked once the fault was gone. The tests
            check both, and that this page is what they find. `dotnet run -c Release --project Tests/TpmHw.Benchmarks -- faults`
            prints it.

            """);
        foreach ((FaultBus bus, IEnumerable<IReadOnlyList<FaultCell>> rows) in buses)
        {
            text.Append('\n').Append(Table(bus, rows));
        }

        return text.ToString();
    }

    /// <summary>The table of one bus, as Markdown: a row for each fault, a column for each phase.</summary>
    private static string Table(FaultBus bus, IEnumerable<IReadOnlyList<FaultCell>> rows)
    {
        var text = new System.Text.StringBuilder();
        FaultPhase[] phases = Enum.GetValues<FaultPhase>();
        text.Append(CultureInfo.InvariantCulture, $"| {bus.Name} | {string.Join(" | ", phases)} | longest |\n");
        text.Append(CultureInfo.InvariantCulture, $"| --- |{string.Concat(phases.Select(static _ => " --- |"))} ---: |\n");
        foreach (IReadOnlyList<FaultCell> row in rows)
        {
            TimeSpan longest = row.SelectMany(static c => c.Results).Max(static r => r.Took);
            text.Append(CultureInfo.InvariantCulture, $"| {row[0].Trial.Name} | {string.Join(" | ", row)} | {longest.TotalSeconds:0.000} s |\n");
        }

        return text.ToString();
    }

    private static FaultResult Try(FaultBus bus, FaultTrial trial, FaultPhase phase, int? accesses)
    {
        using var cancel = new CancellationTokenSource();
        var problems = new List<string>();
        using SimulatedTpm tpm = bus.Open(new CannedTpm(TpmFamily.Tpm20, Answer), trial);
        TpmModel model = tpm.Model;
        model.ExecutionTime = ExecutionTimes.Fixed(s_execution);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(s_command, response);
        problems.AddRange(model.Rules.Violations.Select(static v => v.ToString()));
        ITpmLocality localities = tpm.FindAbility<ITpmLocality>()!;
        localities.Locality = phase == FaultPhase.Locality ? 1 : 0;

        model.Counters.Clear();
        model.Inject(new Fault(trial.Kind, trial.Value) { From = phase, Accesses = accesses });
        if (trial.Also is { } also)
        {
            model.Inject(new Fault(also) { From = phase, Accesses = accesses });
        }

        if (trial.IsCancelled)
        {
            model.ExecutionTime = _ =>
            {
                cancel.Cancel();
                return s_execution;
            };
        }

        TimeSpan before = model.Clock.Now;
        TpmFault[] named = [.. trial.Named, .. bus.HoldsChipSelect ? [] : trial.NamedWithoutHold];
        string outcome = Outcome(trial, bus, named, problems, () =>
        {
            localities.Locality = 0;
            return IsRight(response, tpm.Transmit(s_command, response, cancel.Token));
        });
        TimeSpan took = model.Clock.Now - before;
        Check(model.Counters.TotalExecutions <= 1, $"executed {model.Counters.TotalExecutions} times");
        Check(took <= s_deadline, string.Create(CultureInfo.InvariantCulture, $"took {took.TotalSeconds:0.0} s"));
        Check(model.FaultsHaveBegun, "the fault never began");

        model.ClearFaults();
        model.ExecutionTime = ExecutionTimes.Fixed(s_execution);
        model.Clock.Advance(s_afterwards);
        try
        {
            if (trial.EndsTransport)
            {
                tpm.Reopen();
            }

            Check(IsRight(response, tpm.Transmit(s_command, response)), "the next command's response is wrong");
            model.Rules.Clear(); // what the driver had learnt of a faulty chip is wrong of a sound one, once
            Check(IsRight(response, tpm.Transmit(s_command, response)), "the response after the next is wrong");
            problems.AddRange(model.Rules.Violations.Select(static v => v.ToString()));
        }
        catch (TpmTransportException e)
        {
            problems.Add($"the next command fails: {e.Fault}, {e.Evidence}");
        }

        return new FaultResult(outcome, took, problems);

        void Check(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static string Outcome(FaultTrial trial, FaultBus bus, TpmFault[] named, List<string> problems, Func<bool> transmit)
    {
        try
        {
            if (transmit())
            {
                return "ok";
            }

            if (trial.HiddenOn.Contains(bus.Name))
            {
                return "hidden";
            }

            problems.Add("a wrong response");
            return "wrong";
        }
        catch (OperationCanceledException)
        {
            if (!trial.IsCancelled)
            {
                problems.Add("nobody cancelled it");
            }

            return "cancelled";
        }
        catch (TpmTransportException e)
        {
            if (!named.Contains(e.Fault) || e.Evidence.Length == 0 || e.Advice.Length == 0)
            {
                problems.Add($"{e.Fault} does not name it: {e.Evidence}");
            }

            return e.Fault.ToString();
        }
    }

    private static int Answer(ReadOnlySpan<byte> command, Span<byte> response)
    {
        RawCommands.WithSize(RawCommands.Response(0), ResponseSize).CopyTo(response);
        for (int i = 10; i < ResponseSize; i++)
        {
            response[i] = (byte)i;
        }

        return ResponseSize;
    }

    private static bool IsRight(ReadOnlySpan<byte> response, int length)
    {
        byte[] expected = new byte[ResponseSize];
        Answer(default, expected);
        return response[..length].SequenceEqual(expected);
    }
}
