namespace TpmHw.Cli.Output;

/// <summary>How a number looks in YAML. In JSON a number is a number.</summary>
internal enum NumberForm
{
    /// <summary>12.</summary>
    Decimal,

    /// <summary>0xC.</summary>
    Hex,

    /// <summary>0xc.</summary>
    LowerHex,
}

/// <summary>How a flag looks in YAML. In JSON it is true or false.</summary>
internal enum FlagForm
{
    /// <summary>1 or 0.</summary>
    Digit,

    /// <summary>yes or no.</summary>
    Word,
}

/// <summary>
/// A document of named values. A command writes it once; what becomes of it is YAML, with the names and forms of
/// tpm2-tools, or JSON with the same names and nesting.
/// </summary>
internal abstract class DocumentWriter
{
    /// <summary>Begins a map.</summary>
    /// <param name="name">Its name; null for the document itself and for an item of a list.</param>
    /// <param name="column">Where in YAML the values of its entries start, counted from their names; 0: after one space.</param>
    /// <param name="nameWidth">To what width in YAML the names of its entries are filled up before the colon.</param>
    public abstract void BeginMap(string? name = null, int column = 0, int nameWidth = 0);

    /// <summary>Ends the map begun last.</summary>
    public abstract void EndMap();

    /// <summary>Begins a list.</summary>
    /// <param name="name">Its name; null for the document itself.</param>
    public abstract void BeginList(string? name = null);

    /// <summary>Ends the list begun last.</summary>
    public abstract void EndList();

    /// <summary>A number; in YAML in its map's column, or not.</summary>
    public abstract void Number(string name, ulong value, NumberForm form = NumberForm.Decimal, bool aligned = true);

    /// <summary>A number with two decimals, given in hundredths.</summary>
    public abstract void Hundredths(string name, ulong value);

    /// <summary>A flag.</summary>
    public abstract void Flag(string name, bool value, FlagForm form = FlagForm.Word);

    /// <summary>A text; null where there is none.</summary>
    public abstract void Text(string name, string? value, bool quoted = false);

    /// <summary>Bytes: 0x and upper case in YAML, a string of lower-case hex digits in JSON.</summary>
    public abstract void Bytes(string name, ReadOnlySpan<byte> value);

    /// <summary>Numbers on one line.</summary>
    public abstract void Numbers(string name, IReadOnlyList<int> values);

    /// <summary>A number as an item of a list.</summary>
    public abstract void Item(ulong value, NumberForm form);

    /// <summary>A text as an item of a list.</summary>
    public abstract void Item(string value);
}
