namespace TpmHw.Core.Tests.Architecture;

/// <summary>A folder of the core, as docs/architecture.md lists it.</summary>
/// <param name="Folder">Its path below Core/TpmHw.Core; empty for the core's own files.</param>
/// <param name="MayUse">The folders that it may use.</param>
internal sealed record Layer(string Folder, IReadOnlyList<string> MayUse);

/// <summary>The table "Inside the core" of docs/architecture.md, from the top floor to the bottom one.</summary>
internal static class LayerTable
{
    /// <summary>How the table names the core's own files.</summary>
    public const string Facade = "facade";

    private const string Heading = "## Inside the core";
    private const string EverythingBelow = "everything below";
    private const string Nothing = "nothing";

    public static IReadOnlyList<Layer> Read(string document)
    {
        string[][] rows =
        [
            .. document.Split('\n')
                .SkipWhile(static line => line != Heading).Skip(1)
                .TakeWhile(static line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(static line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
                .Select(static line => line.Trim().Trim('|').Split(" | ").Select(static cell => cell.Trim().Trim('`')).ToArray())
                .Where(static cells => !cells[0].StartsWith("---", StringComparison.Ordinal)),
        ];
        return [.. rows.Select((cells, row) => new Layer(cells[0], cells[2] switch
        {
            EverythingBelow => [.. rows.Skip(row + 1).Select(static below => below[0])],
            Nothing => [],
            string list => list.Split(", "),
        }))];
    }
}
