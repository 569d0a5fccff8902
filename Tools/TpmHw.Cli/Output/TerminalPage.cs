using System.Text;
using Spectre.Console;
using TpmHw.Cli.Hosting;

namespace TpmHw.Cli.Output;

/// <summary>A page for a terminal. Only here is Spectre.Console touched, so that no other output has to load it.</summary>
internal static class TerminalPage
{
    public static void Write(Page page, CliHost host, StringBuilder text)
    {
        using var writer = new StringWriter(text);
        bool colour = host.WantsColour(streamIsTerminal: true);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new Target(writer, host.Width),
        });
        bool first = true;
        foreach (PagePart part in page.Parts)
        {
            if (part is PageHeading && !first)
            {
                console.WriteLine();
            }

            Write(console, part);
            first = false;
        }
    }

    private static void Write(IAnsiConsole console, PagePart part)
    {
        switch (part)
        {
            case PageHeading heading:
                console.Write(new Text(heading.Text + "\n", new Style(Color.Aqua, decoration: Decoration.Bold)));
                break;
            case PageText line:
                console.Write(new Text(line.Text + "\n"));
                break;
            case PageRows rows:
                var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0)).AddColumn();
                foreach ((string label, string value) in rows.Rows)
                {
                    grid.AddRow(new Text(label, new Style(Color.Grey)), new Text(value));
                }

                console.Write(grid);
                break;
            case PageTable table:
                var drawn = new Table { Border = TableBorder.Rounded, ShowHeaders = table.Headers.Length > 0 };
                for (int i = 0; i < table.Rows.Max(static r => r.Length); i++)
                {
                    drawn.AddColumn(new TableColumn(new Text(i < table.Headers.Length ? table.Headers[i] : "", new Style(decoration: Decoration.Bold))));
                }

                foreach (string[] row in table.Rows)
                {
                    drawn.AddRow(row.Select(static c => new Text(c)));
                }

                console.Write(drawn);
                break;
        }
    }

    private sealed class Target(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
