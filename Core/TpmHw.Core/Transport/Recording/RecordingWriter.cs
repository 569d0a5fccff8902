using System.Buffers;
using System.Globalization;
using System.Text;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>Writes the text of a <see cref="Recording"/>.</summary>
internal sealed class RecordingWriter
{
    private const int BytesPerLine = 32;

    private readonly ArrayBufferWriter<byte> _text = new(32 * 1024);

    /// <summary>What was written since <see cref="Clear"/>, in UTF-8.</summary>
    public ReadOnlySpan<byte> Written => _text.WrittenSpan;

    /// <summary>Forgets what was written and zeroes the memory that it was in.</summary>
    public void Clear() => _text.Clear();

    public void WriteStart(TpmTransportInfo info)
    {
        string family = info.Family switch
        {
            TpmFamily.Tpm12 => "1.2",
            TpmFamily.Tpm20 => "2.0",
            _ => "unknown",
        };
        string shared = info.HasResourceManager ? "yes" : "no";
        Text(string.Create(
            CultureInfo.InvariantCulture,
            $"{Recording.Format} {Recording.Version} kind={info.Kind} family={family} max-command={info.MaxCommandSize} max-response={info.MaxResponseSize} resource-manager={shared}\n"));
        Text($"# Recorded from {Escape(info.Name)}. It holds every secret that passed.\n");
    }

    /// <summary>The line for people, and the command.</summary>
    public void WriteCommand(int number, ReadOnlySpan<byte> command, DateTimeOffset time, TimeSpan duration)
    {
        Text("\n# ");
        Value(number);
        Text(": ");
        Text(MessageText.NameOf(TpmHeader.Read(command)));
        Text(", ");
        Value(time.UtcDateTime, "O");
        Text(", ");
        Value(duration.TotalMilliseconds, "F3");
        Text(" ms\n");
        Hex('>', command);
    }

    public void WriteResponse(ReadOnlySpan<byte> response)
    {
        uint code = TpmHeader.Read(response).Code;
        if (code != TpmRc.Success)
        {
            Text($"# {MessageText.ResultOf(code)}\n");
        }

        Hex('<', response);
    }

    public void WriteCancelled() => Text("! cancelled\n");

    public void WriteFault(TpmTransportException fault)
    {
        Text($"! fault {fault.Fault}\n");
        Detail("message", fault.Message);
        Detail("evidence", fault.Evidence);
        Detail("advice", fault.Advice);
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);

    private void Detail(string name, string text)
    {
        if (text.Length > 0)
        {
            Text($"! {name} {Escape(text)}\n");
        }
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, _text);

    private void Value<T>(T value, ReadOnlySpan<char> format = default)
        where T : struct, IUtf8SpanFormattable
    {
        value.TryFormat(_text.GetSpan(64), out int length, format, CultureInfo.InvariantCulture);
        _text.Advance(length);
    }

    private void Hex(char direction, ReadOnlySpan<byte> message)
    {
        for (; !message.IsEmpty; message = message[Math.Min(BytesPerLine, message.Length)..])
        {
            ReadOnlySpan<byte> line = message[..Math.Min(BytesPerLine, message.Length)];
            Span<byte> text = _text.GetSpan(1 + (3 * line.Length) + 1);
            text[0] = (byte)direction;
            for (int i = 0; i < line.Length; i++)
            {
                text[1 + (3 * i)] = (byte)' ';
                Convert.TryToHexStringLower(line.Slice(i, 1), text.Slice(2 + (3 * i), 2), out _);
            }

            text[1 + (3 * line.Length)] = (byte)'\n';
            _text.Advance(1 + (3 * line.Length) + 1);
        }
    }
}
