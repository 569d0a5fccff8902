using System.Globalization;
using System.Text;

namespace TpmHw.Cli.Output;

/// <summary>Writes a document as YAML, laid out as tpm2-tools lay out theirs.</summary>
internal sealed class YamlWriter(StringBuilder text, int indent = 0) : DocumentWriter
{
    private readonly Stack<Level> _levels = new();
    private bool _itemBegins;

    public override void BeginMap(string? name = null, int column = 0, int nameWidth = 0)
    {
        bool isItem = name is null && _levels.TryPeek(out Level parent) && parent.IsList;
        if (name is not null)
        {
            Begin(name);
            text.Length--;
            text.Append('\n');
        }

        _itemBegins = isItem;
        _levels.Push(new(false, isItem || name is not null ? 2 : 0, column, nameWidth));
        indent += _levels.Peek().Indent;
    }

    public override void EndMap() => End();

    public override void BeginList(string? name = null)
    {
        if (name is not null)
        {
            Begin(name);
            text.Length--;
            text.Append('\n');
        }

        _levels.Push(new(true, name is null ? 0 : 2, 0, 0));
        indent += _levels.Peek().Indent;
    }

    public override void EndList() => End();

    public override void Number(string name, ulong value, NumberForm form, bool aligned) => Line(name, InForm(value, form), aligned);

    public override void Hundredths(string name, ulong value) => Line(name, string.Create(CultureInfo.InvariantCulture, $"{value / 100}.{value % 100:D2}"));

    public override void Flag(string name, bool value, FlagForm form) => Line(name, (form, value) switch
    {
        (FlagForm.Digit, true) => "1",
        (FlagForm.Digit, false) => "0",
        (_, true) => "yes",
        _ => "no",
    });

    public override void Text(string name, string? value, bool quoted) => Line(name, quoted ? $"\"{value}\"" : value ?? "");

    public override void Bytes(string name, ReadOnlySpan<byte> value) => Line(name, "0x" + Convert.ToHexString(value));

    public override void Numbers(string name, IReadOnlyList<int> values)
    {
        Begin(name);
        text.Append("[ ").AppendJoin(", ", values).Append(values.Count > 0 ? " ]" : "]").Append('\n');
    }

    public override void Item(ulong value, NumberForm form) => Item(InForm(value, form));

    public override void Item(string value) => text.Append(' ', indent).Append("- ").Append(value).Append('\n');

    private static string InForm(ulong value, NumberForm form) => form switch
    {
        NumberForm.Hex => "0x" + value.ToString("X", CultureInfo.InvariantCulture),
        NumberForm.LowerHex => "0x" + value.ToString("x", CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private void Line(string name, string value, bool aligned = true)
    {
        Begin(name, aligned);
        text.Append(value).Append('\n');
    }

    private void Begin(string name, bool aligned = true)
    {
        Level level = _levels.Count > 0 ? _levels.Peek() : default;
        if (_itemBegins)
        {
            text.Append(' ', indent - 2).Append("- ");
            _itemBegins = false;
        }
        else
        {
            text.Append(' ', indent);
        }

        text.Append(name).Append(' ', Math.Max(0, level.NameWidth - name.Length)).Append(':')
            .Append(' ', aligned ? Math.Max(1, level.Column - name.Length - 1) : 1);
    }

    private void End() => indent -= _levels.Pop().Indent;

    private readonly record struct Level(bool IsList, int Indent, int Column, int NameWidth);
}
