using System.Diagnostics;

namespace TpmHw.Benchmarks;

/// <summary>What one operation over one transport costs: medians over rounds, and the extremes of the least stable figure.</summary>
internal sealed record Measurement(
    string Transport,
    string Operation,
    double CommandsPerSecond,
    double SlowestPerSecond,
    double FastestPerSecond,
    double CpuMicroseconds,
    double AllocatedBytes)
{
    private const int Rounds = 7;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1); // enough for the just-in-time compiler's last tier
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs a command over and over. The processor time is this whole process's, so it excludes a TPM in another one.</summary>
    public static Measurement Of(string transport, string operation, Action command)
    {
        int batch = Math.Max(1, Repeat(command, 1, s_warmUp) / 1000);
        var perSecond = new double[Rounds];
        var cpu = new double[Rounds];
        var allocated = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            int commands = Repeat(command, batch, s_round);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            TimeSpan cpuAfter = Environment.CpuUsage.TotalTime;
            long bytesAfter = GC.GetTotalAllocatedBytes(precise: true);

            perSecond[round] = commands / elapsed.TotalSeconds;
            cpu[round] = (cpuAfter - cpuBefore).TotalMicroseconds / commands;
            allocated[round] = (double)(bytesAfter - bytesBefore) / commands;
        }

        return new Measurement(transport, operation, Median(perSecond), perSecond.Min(), perSecond.Max(), Median(cpu), Median(allocated));
    }

    /// <summary>The middle value.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static int Repeat(Action command, int batch, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        int commands = 0;
        do
        {
            for (int i = 0; i < batch; i++)
            {
                command();
            }

            commands += batch;
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return commands;
    }
}
