using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TpmHw.Benchmarks;

/// <summary>Results as a table or as JSON.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static void Write(IReadOnlyList<Measurement> measurements, bool json)
    {
        if (json)
        {
            WriteJson(measurements);
            return;
        }

        Console.WriteLine("Other: the same work through ESYS of tpm2-tss, in turns with ours. The ratio of the encrypted command is of what it adds to raw bytes.");
        Console.WriteLine("For an authenticated command, the other is ours without protection, and the ratio is of what protection adds to it.");
        WriteTable(
            ["transport", "operation", "commands/s", "other", "CPU µs/command", "other", "ratio", "at most", "bytes/command", "at most", "aim"],
            measurements.Select(static m => new[]
            {
                m.Transport,
                m.Operation,
                Text(m.TpmHw.CommandsPerSecond, "N0"),
                Text(m.Other.CommandsPerSecond, "N0"),
                Text(m.TpmHw.CpuMicroseconds, "F2"),
                Text(m.Other.CpuMicroseconds, "F2"),
                Text(m.CpuRatio, "G3"),
                m.HighestCpuRatio is { } ratio ? Text(ratio, "G3") : "-",
                Text(m.TpmHw.AllocatedBytes ?? 0, "N0"),
                m.HighestBytes is { } bytes ? Text(bytes, "N0") : "-",
                m.Passed ? "kept" : "MISSED",
            }));
    }

    public static void Write(StartupResult result, bool json)
    {
        if (json)
        {
            WriteJson(result);
            return;
        }

        WriteTable(
            ["program", "median ms", "(fastest..slowest)", "size MB"],
            result.Programs.Select(static p => new[]
            {
                p.Name,
                Text(p.MedianMilliseconds, "F1"),
                $"({Text(p.FastestMilliseconds, "F1")}..{Text(p.SlowestMilliseconds, "F1")})",
                Text(p.Bytes / 1e6, "F1"),
            }));
        Console.WriteLine($"ratio {Text(result.Ratio, "F2")}, at most {Text(StartupResult.HighestRatio, "F1")} allowed: {(result.Passed ? "passed" : "failed")}");
    }

    public static void Write(IReadOnlyList<ServeMeasurement> measurements, bool json)
    {
        if (json)
        {
            WriteJson(measurements);
            return;
        }

        Console.WriteLine("abrmd: tpm2-abrmd, whose clients have a connection each, in turns with ours. Each is on a swtpm of its own.");
        WriteTable(
            ["front end", "operation", "clients", "keys each", "commands/s", "abrmd", "ratio", "at least", "server µs/command", "abrmd", "TPM commands each", "at most", "abrmd", "aim"],
            measurements.Select(static m => new[]
            {
                m.Setting.FrontEnd,
                m.Setting.Operation,
                Text(m.Setting.Clients, "N0"),
                Text(m.Setting.Keys, "N0"),
                Text(m.TpmHw.CommandsPerSecond, "N0"),
                Text(m.Abrmd.CommandsPerSecond, "N0"),
                Text(m.Ratio, "F2"),
                m.Setting.LeastRatio is { } ratio ? Text(ratio, "F1") : "-",
                Text(m.TpmHw.ServerMicroseconds, "F0"),
                Text(m.Abrmd.ServerMicroseconds, "F0"),
                Text(m.TpmCommands, "F2"),
                Text(m.Setting.HighestCommands, "F1"),
                Text(m.AbrmdTpmCommands, "F2"),
                m.Passed ? "kept" : "MISSED",
            }));
    }

    /// <summary>Bus costs; as JSON an array of them alone, since they are the same on every machine.</summary>
    public static void Write(IReadOnlyList<BusCell> cells, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(cells.Select(static c => c.Cost), s_json));
            return;
        }

        Console.WriteLine("In brackets: the least that the protocol allows, with burstCount read before every burst / only once.");
        WriteTable(
            ["setting", "command", "frames", "bytes", "status reads", "exchanges", "busy polls", "overshoot µs", "bound"],
            cells.Select(static c => new[]
            {
                c.Cost.Setting,
                c.Cost.Command,
                WithFloors(c, c.Cost.Frames, static f => f.Frames),
                WithFloors(c, c.Cost.Bytes, static f => f.Bytes),
                WithFloors(c, c.Cost.StatusReads, static f => f.StatusReads),
                WithFloors(c, c.Cost.Exchanges, static f => f.Exchanges),
                Text(c.Cost.BusyPolls, "F0"),
                Text(c.Cost.OvershootUs, "F1"),
                c.Above.Count == 0 ? "kept" : "ABOVE: " + string.Join(", ", c.Above),
            }));
        Console.WriteLine($"{cells.Count(static c => c.Above.Count > 0)} of {cells.Count} above their bound");
    }

    private static string WithFloors(BusCell cell, long value, Func<BusFigures, long> figure) =>
        FormattableString.Invariant($"{value} ({figure(cell.Strict)} / {figure(cell.Static)})");

    private static void WriteJson(object results) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            processors = Environment.ProcessorCount,
            system = RuntimeInformation.OSDescription,
            runtime = RuntimeInformation.FrameworkDescription,
            results,
        },
        s_json));

    // The first two columns are words, the others figures.
    private static void WriteTable(string[] head, IEnumerable<string[]> rows)
    {
        string[][] table = [head, .. rows];
        int[] widths = [.. head.Select((_, column) => table.Max(row => row[column].Length))];
        foreach (string[] row in table)
        {
            Console.WriteLine(string.Join("  ", row.Select((cell, column) =>
                char.IsAsciiLetter(table[1][column][0]) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
