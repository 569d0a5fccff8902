using System.Diagnostics;
using TpmHw.Testing.Hostile;

namespace TpmHw.Benchmarks;

/// <summary>Prints the interposer matrix.</summary>
internal static class InterposerTableWriter
{
    // The attacker's choices are the same each time, so that the page is.
    private const int Seed = 1;

    /// <param name="names">The scenarios; all of them if it is empty.</param>
    /// <returns>The exit code: 1 if a cell has what must not be.</returns>
    public static int Write(IReadOnlyCollection<string> names)
    {
        long start = Stopwatch.GetTimestamp();
        using var matrix = new InterposerMatrix();
        var rows = new List<(HostileScenario, IReadOnlyList<HostileCell>)>();
        foreach (HostileScenario scenario in HostileScenario.All.Where(s => names.Count == 0 || names.Contains(s.Name)))
        {
            rows.Add((scenario, [.. matrix.Try(scenario, Seed)]));
            Console.Error.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds,6:F1} s  {scenario.Name}: {rows[^1].Item2.Count} attacks, {rows[^1].Item2.Count(static c => c.Problems.Count > 0)} bad");
        }

        Console.Out.Write(InterposerTable.Document(rows));
        int cells = rows.Sum(static r => r.Item2.Count);
        int bad = rows.Sum(static r => r.Item2.Count(static c => c.Problems.Count > 0));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        Console.Error.WriteLine($"{cells} attacks, {bad} bad, {took.TotalSeconds:F0} s, {took.TotalMilliseconds / cells:F1} ms each");
        return bad == 0 ? 0 : 1;
    }
}
