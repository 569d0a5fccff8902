using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>A value in a JSON document, with the way to it for errors. It reads what TCG's JSON data types allow, and what tpm2-tss takes besides.</summary>
internal readonly struct JsonAt(JsonElement value, string path)
{
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    public JsonValueKind Kind => value.ValueKind;

    /// <summary>A field; names may also be written in small letters.</summary>
    public JsonAt? Find(string name)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("an object is expected");
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && property.Value.ValueKind != JsonValueKind.Null)
            {
                return new(property.Value, $"{path}.{property.Name}");
            }
        }

        return null;
    }

    /// <summary>A field that must be there.</summary>
    public JsonAt this[string name] => Find(name) ?? throw Wrong($"the field \"{name}\" is missing");

    /// <summary>The one of some fields that is there.</summary>
    public (string Name, JsonAt Value) OneOf(params ReadOnlySpan<string> names)
    {
        (string, JsonAt)? found = null;
        foreach (string name in names)
        {
            if (Find(name) is { } field)
            {
                found = found is null ? (name, field) : throw Wrong($"of {string.Join(", ", names)} only one can be there");
            }
        }

        return found ?? throw Wrong($"one of {string.Join(", ", names)} is missing");
    }

    public IEnumerable<JsonAt> Items()
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("a list is expected");
        }

        string here = path;
        return value.EnumerateArray().Select((item, i) => new JsonAt(item, $"{here}[{i}]"));
    }

    public IEnumerable<(string Name, JsonAt Value)> Fields()
    {
        string here = path;
        return value.EnumerateObject().Select(p => (p.Name, new JsonAt(p.Value, $"{here}.{p.Name}")));
    }

    public string Text() => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong("a string is expected");

    /// <summary>A number, which may be a string, decimal or with 0x.</summary>
    public ulong Number(ulong max)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!,
            _ => throw Wrong("a number is expected"),
        };
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        ulong number = 0;
        bool isNumber = isHex
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return isNumber && number <= max ? number : throw Wrong($"a number from 0 to {max} is expected");
    }

    /// <summary>Bytes: hexadecimal digits, or a list of numbers. tpm2-tss passes over a last half byte, and its own examples have one.</summary>
    public byte[] Bytes(int max)
    {
        byte[] bytes;
        if (value.ValueKind == JsonValueKind.Array)
        {
            bytes = [.. Items().Select(item => (byte)item.Number(byte.MaxValue))];
        }
        else
        {
            string text = Text();
            ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
            if (digits.ContainsAnyExcept(s_hexDigits))
            {
                throw Wrong("hexadecimal digits are expected");
            }

            bytes = Convert.FromHexString(digits[..(digits.Length & ~1)]);
        }

        return bytes.Length <= max ? bytes : throw Wrong($"{bytes.Length} bytes where at most {max} fit");
    }

    public Tpm2bDigest Digest() => Bytes(Tpm2bDigest.MaxSize);

    public Tpm2bName Name() => Bytes(Tpm2bName.MaxSize);

    public bool YesNo() => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(1) != 0,
        _ => Text().ToUpperInvariant() switch
        {
            "YES" or "TPM2_YES" or "TPM_YES" or "SET" or "ON" or "1" => true,
            "NO" or "TPM2_NO" or "TPM_NO" or "OFF" or "0" => false,
            _ => throw Wrong("YES or NO is expected"),
        },
    };

    /// <summary>A constant, by name or number.</summary>
    public T Constant<T>(JsonNames<T> names)
        where T : struct, Enum => value.ValueKind == JsonValueKind.String && names.Find(Text()) is { } found ? found : JsonNames<T>.Of(Number(names.Max));

    /// <summary>A set of flags: an object with each of them, a list of those that are set, or a number.</summary>
    public ulong Flags<T>(JsonNames<T> names)
        where T : struct, Enum => value.ValueKind switch
        {
            JsonValueKind.Object => Fields().Aggregate(0ul, (all, field) => all | (field.Value.YesNo() ? Flag(names, field.Name, field.Value) : 0)),
            JsonValueKind.Array => Items().Aggregate(0ul, (all, item) => all | Flag(names, item.Text(), item)),
            _ => Number(names.Max),
        };

    public TpmFormatException Wrong(string what) => new(
        $"The policy's JSON is wrong at {path}: {what}.", "Compare it with TCG's JSON policy language, whose elements docs/policy.md lists.");

    private static ulong Flag<T>(JsonNames<T> names, string name, JsonAt at)
        where T : struct, Enum => names.Find(name) is { } flag ? JsonNames<T>.NumberOf(flag) : throw at.Wrong($"\"{name}\" is unknown");
}
