using System.Text;

namespace TpmHw.Cli.Output;

/// <summary>A page as plain text: what a pipe gets.</summary>
internal static class PlainPage
{
    public static void Write(Page page, StringBuilder text)
    {
        bool first = true;
        foreach (PagePart part in page.Parts)
        {
            switch (part)
            {
                case PageHeading heading:
                    text.Append(first ? "" : "\n").Append(heading.Text).Append('\n');
                    break;
                case PageText line:
                    text.Append(line.Text).Append('\n');
                    break;
                case PageRows rows:
                    Columns(text, [.. rows.Rows.Select(static r => new[] { r.Label, r.Value })]);
                    break;
                case PageTable table:
                    Columns(text, table.Headers.Length == 0 ? table.Rows : [table.Headers, .. table.Rows]);
                    break;
            }

            first = false;
        }
    }

    private static void Columns(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        int[] widths = new int[rows.Count == 0 ? 0 : rows.Max(static r => r.Length)];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Split('\n').Max(static l => l.Length));
            }
        }

        foreach (string[] row in rows)
        {
            Row(text, row, widths);
        }
    }

    /// <summary>One row; a cell of several lines keeps to its column.</summary>
    private static void Row(StringBuilder text, string[] row, int[] widths)
    {
        string[][] cells = [.. row.Select(static c => c.Split('\n'))];
        for (int line = 0; line < cells.Max(static c => c.Length); line++)
        {
            int start = text.Length;
            for (int i = 0; i < cells.Length; i++)
            {
                string piece = line < cells[i].Length ? cells[i][line] : "";
                text.Append("  ").Append(piece.PadRight(widths[i]));
            }

            while (text.Length > start && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }
    }
}
