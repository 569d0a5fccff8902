namespace TpmHw.Cli.Output;

/// <summary>What a person reads: headings, labelled values, tables. How it looks is decided by where it goes.</summary>
internal sealed class Page
{
    private readonly List<PagePart> _parts = [];

    /// <summary>Its parts, top to bottom.</summary>
    public IReadOnlyList<PagePart> Parts => _parts;

    /// <summary>A heading.</summary>
    public Page Heading(string text)
    {
        _parts.Add(new PageHeading(text));
        return this;
    }

    /// <summary>A line of text.</summary>
    public Page Text(string text)
    {
        _parts.Add(new PageText(text));
        return this;
    }

    /// <summary>A labelled value. Those that follow one another line up. A value of null leaves the row out.</summary>
    public Page Row(string label, string? value)
    {
        if (value is null)
        {
            return this;
        }

        if (_parts is not [.., PageRows rows])
        {
            _parts.Add(rows = new PageRows([]));
        }

        rows.Rows.Add((label, value));
        return this;
    }

    /// <summary>A table, without headers where there are none to give.</summary>
    public Page Table(string[] headers, IEnumerable<string[]> rows)
    {
        _parts.Add(new PageTable(headers, [.. rows]));
        return this;
    }
}

/// <summary>A part of a page.</summary>
internal abstract record PagePart;

/// <summary>A heading.</summary>
internal sealed record PageHeading(string Text) : PagePart;

/// <summary>A line of text.</summary>
internal sealed record PageText(string Text) : PagePart;

/// <summary>Labelled values.</summary>
internal sealed record PageRows(List<(string Label, string Value)> Rows) : PagePart;

/// <summary>A table.</summary>
internal sealed record PageTable(string[] Headers, IReadOnlyList<string[]> Rows) : PagePart;
