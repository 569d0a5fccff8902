using System.Diagnostics;
using System.Text.Json.Serialization;

namespace TpmHw.Benchmarks;

/// <summary>What an operation cost in one round, for each command.</summary>
internal sealed record Round(double CommandsPerSecond, double CpuMicroseconds, double? AllocatedBytes)
{
    /// <summary>Runs a command over and over. The processor time is this whole process's, so it excludes a TPM in another one.</summary>
    public static Round Of(Action command, TimeSpan time)
    {
        long bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        int commands = 0;
        int batch = 1;
        do
        {
            for (int i = 0; i < batch; i++)
            {
                command();
            }

            commands += batch;
            elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed < time / 100) // so that the clock is read about a hundred times a round
            {
                batch *= 2;
            }
        }
        while (elapsed < time);

        TimeSpan cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - bytesBefore;
        return new Round(commands / elapsed.TotalSeconds, cpu.TotalMicroseconds / commands, (double)bytes / commands);
    }

    /// <summary>The median of each figure.</summary>
    public static Round Median(IReadOnlyList<Round> rounds) => new(
        Median(rounds.Select(static r => r.CommandsPerSecond)),
        Median(rounds.Select(static r => r.CpuMicroseconds)),
        rounds.All(static r => r.AllocatedBytes is not null) ? Median(rounds.Select(static r => r.AllocatedBytes!.Value)) : null);

    /// <summary>The middle value.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>What one operation over one transport costs TpmHw, and what the same work costs otherwise: medians over rounds that took turns.</summary>
/// <param name="Transport">Over what.</param>
/// <param name="Operation">The command.</param>
/// <param name="TpmHw">Ours.</param>
/// <param name="Other">The same through ESYS; for an authenticated command, ours without protection.</param>
/// <param name="PairedCpuRatio">Our processor time to the other: the median of rounds that were neighbours.</param>
/// <param name="HighestCpuRatio">What is aimed at; null for no aim.</param>
/// <param name="HighestBytes">How many bytes a command may allocate; null for no aim.</param>
internal sealed record Measurement(string Transport, string Operation, Round TpmHw, Round Other, double PairedCpuRatio, double? HighestCpuRatio, double? HighestBytes)
{
    private const int Rounds = 7;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1); // enough for the just-in-time compiler's last tier
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.4);

    /// <summary>What is taken off both sides' processor time before they are compared; null for nothing.</summary>
    [JsonIgnore]
    public Measurement? Above { get; init; }

    /// <summary>Whether the other is our own command without protection.</summary>
    [JsonIgnore]
    public bool IsOfProtection { get; init; }

    /// <summary>Our processor time to the other, with that taken off; or what protection adds, to the command without it.</summary>
    public double CpuRatio => Above is { } above
        ? (TpmHw.CpuMicroseconds - above.TpmHw.CpuMicroseconds) / (Other.CpuMicroseconds - above.Other.CpuMicroseconds)
        : IsOfProtection ? PairedCpuRatio - 1 : PairedCpuRatio;

    /// <summary>Whether the aims were reached.</summary>
    public bool Passed => !(CpuRatio > HighestCpuRatio) && !(TpmHw.AllocatedBytes > HighestBytes);

    /// <summary>Runs a command over and over, in turns with the peer.</summary>
    public static Measurement Of(string transport, EsysPeer peer, Operation operation, double? highestCpuRatio, Action command) =>
        InTurns(transport, operation.Name, command, time => peer.Measure(operation.EsysName, time)) with
        {
            HighestCpuRatio = highestCpuRatio, HighestBytes = operation.HighestBytes,
        };

    /// <summary>Runs a command over and over, in turns with the same command without protection.</summary>
    public static Measurement OfProtection(string transport, string operation, Action command, Action unprotected)
    {
        Round.Of(unprotected, s_warmUp);
        return InTurns(transport, operation, command, time => Round.Of(unprotected, time)) with { IsOfProtection = true };
    }

    private static Measurement InTurns(string transport, string operation, Action command, Func<TimeSpan, Round> other)
    {
        Round.Of(command, s_warmUp);
        var ours = new List<Round>();
        var others = new List<Round>();
        for (int round = 0; round < Rounds; round++)
        {
            ours.Add(Round.Of(command, s_round));
            others.Add(other(s_round));
        }

        double ratio = Round.Median(ours.Zip(others, static (our, other) => our.CpuMicroseconds / other.CpuMicroseconds));
        return new Measurement(transport, operation, Round.Median(ours), Round.Median(others), ratio, HighestCpuRatio: null, HighestBytes: null);
    }
}

/// <summary>A measured operation.</summary>
/// <param name="Name">For people.</param>
/// <param name="EsysName">Its name in the program that runs ESYS.</param>
/// <param name="HighestBytes">How many bytes a command may allocate; null for no aim.</param>
internal sealed record Operation(string Name, string EsysName, double? HighestBytes);
