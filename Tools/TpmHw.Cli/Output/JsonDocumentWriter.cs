using System.Text.Json;

namespace TpmHw.Cli.Output;

/// <summary>Writes a document as JSON.</summary>
internal sealed class JsonDocumentWriter(Utf8JsonWriter json) : DocumentWriter
{
    public override void BeginMap(string? name = null, int column = 0, int nameWidth = 0)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }
    }

    public override void EndMap() => json.WriteEndObject();

    public override void BeginList(string? name = null)
    {
        if (name is null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }
    }

    public override void EndList() => json.WriteEndArray();

    public override void Number(string name, ulong value, NumberForm form, bool aligned) => json.WriteNumber(name, value);

    public override void Hundredths(string name, ulong value) => json.WriteNumber(name, value / 100m);

    public override void Flag(string name, bool value, FlagForm form) => json.WriteBoolean(name, value);

    public override void Text(string name, string? value, bool quoted) => json.WriteString(name, value);

    public override void Bytes(string name, ReadOnlySpan<byte> value) => json.WriteString(name, Convert.ToHexStringLower(value));

    public override void Numbers(string name, IReadOnlyList<int> values)
    {
        json.WriteStartArray(name);
        foreach (int value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    public override void Item(ulong value, NumberForm form) => json.WriteNumberValue(value);

    public override void Item(string value) => json.WriteStringValue(value);
}
