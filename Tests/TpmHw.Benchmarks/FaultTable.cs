using TpmHw.Testing;

namespace TpmHw.Benchmarks;

/// <summary>Prints the fault matrix.</summary>
internal static class FaultTable
{
    /// <returns>The exit code: 1 where a cell has what must not be.</returns>
    public static int Write()
    {
        var problems = new List<string>();
        Console.Out.Write(FaultMatrix.Document(FaultBus.All.Select(bus => (bus, bus.Trials.Select(trial =>
        {
            IReadOnlyList<FaultCell> row = FaultMatrix.Try(bus, trial);
            problems.AddRange(row.SelectMany(static c => c.Problems).Select(p => $"{bus.Name}: {p}"));
            return row;
        })))));
        problems.ForEach(Console.Error.WriteLine);
        return problems.Count == 0 ? 0 : 1;
    }
}
