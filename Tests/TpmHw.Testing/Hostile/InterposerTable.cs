using System.Globalization;
using System.Text;

namespace TpmHw.Testing.Hostile;

/// <summary>The matrix as people read it: <c>docs/interposer-matrix.md</c>.</summary>
public static class InterposerTable
{
    private const string Head = """
        # What an attacker on the bus can do

        The attacker owns the wire between a program and its TPM: he reads, drops, alters, replays and invents commands and
        answers, and has a TPM of his own that looks the same. Each row is what the program does; each column is what he
        does to one message of it, tried on every message from the first to the last flush. A program that knows its TPM by
        the first exchange only (`Unverified`) meets him after that exchange; where a row says pinned or certified, he is
        there from the first byte.

        A cell says how often the program got the right result with the TPM in the right state, and how often it was refused:
        a `TpmException`, nothing wrong believed, no secret seen, an effect once at most, no try of the lockout spent on the
        right password, nothing left in the TPM, and the next command works once the attacker is gone. Anything else is BAD, and is
        listed below the table. A column that has several attacks, such as the response codes, counts all of them.

        `dotnet run -c Release --project Tests/TpmHw.Benchmarks -- interposer` prints this page.

        """;

    /// <summary>The page.</summary>
    public static string Document(IEnumerable<(HostileScenario Scenario, IReadOnlyList<HostileCell> Cells)> rows)
    {
        var text = new StringBuilder(Head);
        var bad = new List<HostileCell>();
        text.Append("\n| ").Append("scenario").Append(" | ").AppendJoin(" | ", Attacks.Columns).Append(" |\n| --- |");
        text.Append(string.Concat(Attacks.Columns.Select(static _ => " ---: |"))).Append('\n');
        foreach ((HostileScenario scenario, IReadOnlyList<HostileCell> cells) in rows)
        {
            bad.AddRange(cells.Where(static c => c.Problems.Count > 0));
            text.Append("| ").Append(scenario.Name).Append(" | ")
                .AppendJoin(" | ", Attacks.Columns.Select(column => Text([.. cells.Where(c => c.Attack.Column == column)]))).Append(" |\n");
        }

        if (bad.Count > 0)
        {
            text.Append('\n');
            var kinds = bad.SelectMany(static c => c.Problems.Select(p => (Cell: c, Problem: p))).GroupBy(static b => (b.Cell.Scenario, b.Cell.Attack.Column, b.Problem));
            foreach (var kind in kinds)
            {
                text.Append(CultureInfo.InvariantCulture, $"- BAD, {kind.Count()} times: {kind.First().Cell}\n");
            }
        }

        return text.ToString();
    }

    private static string Text(HostileCell[] cells)
    {
        if (cells.Length == 0)
        {
            return "–";
        }

        int bad = cells.Count(static c => c.Problems.Count > 0);
        int right = cells.Count(static c => c.Problems.Count == 0 && c.IsRight);
        string counts = string.Create(CultureInfo.InvariantCulture, $"{right} / {cells.Length - bad - right}");
        return bad == 0 ? counts : string.Create(CultureInfo.InvariantCulture, $"{counts}, **{bad} BAD**");
    }
}
