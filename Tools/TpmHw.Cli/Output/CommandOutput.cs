using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TpmHw.Cli.Hosting;

namespace TpmHw.Cli.Output;

/// <summary>
/// Where a command's result goes. A command says what there is to say; whether that becomes YAML, JSON, a table or
/// bytes is decided here. Each result is written in one piece, so that an error leaves nothing half written.
/// </summary>
internal sealed class CommandOutput(CliHost host, bool json, bool quiet)
{
    /// <summary>A document: YAML as tpm2-tools have it, or JSON.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="indent">How far the YAML is indented.</param>
    public void Document(Action<DocumentWriter> write, int indent = 0)
    {
        if (json)
        {
            Json(write);
            return;
        }

        var text = new StringBuilder();
        write(new YamlWriter(text, indent));
        Write(text);
    }

    /// <summary>A page for a person, or the document that says the same to a program.</summary>
    public void Page(Page page, Action<DocumentWriter> document)
    {
        if (json)
        {
            Json(document);
            return;
        }

        var text = new StringBuilder();
        if (host.OutputIsTerminal && !quiet)
        {
            TerminalPage.Write(page, host, text);
        }
        else
        {
            PlainPage.Write(page, text);
        }

        Write(text);
    }

    /// <summary>A line of text, or the document that says the same to a program.</summary>
    public void Line(string line, Action<DocumentWriter> document)
    {
        if (json)
        {
            Json(document);
        }
        else
        {
            Write(new StringBuilder(line).Append('\n'));
        }
    }

    /// <summary>
    /// Bytes: to a file where one is named, otherwise as they are to a pipe, and in hex digits to a terminal or where
    /// that is asked for.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="hex">Whether hex digits were asked for.</param>
    /// <param name="file">The file to write to; null for standard output.</param>
    /// <param name="document">The document that says the same to a program.</param>
    public void Bytes(ReadOnlySpan<byte> bytes, bool hex, string? file, Action<DocumentWriter> document)
    {
        if (file is not null)
        {
            File.WriteAllBytes(file, hex ? HexDigits(bytes, newLine: false) : bytes);
        }

        if (json)
        {
            Json(document);
        }
        else if (file is null)
        {
            bool terminal = host.OutputIsTerminal;
            Write(hex || terminal ? HexDigits(bytes, newLine: terminal) : bytes);
        }
    }

    private static ReadOnlySpan<byte> HexDigits(ReadOnlySpan<byte> bytes, bool newLine)
    {
        byte[] digits = new byte[(bytes.Length * 2) + (newLine ? 1 : 0)];
        Convert.TryToHexStringLower(bytes, digits, out int written);
        if (newLine)
        {
            digits[written] = (byte)'\n';
        }

        return digits;
    }

    private void Json(Action<DocumentWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(new JsonDocumentWriter(writer));
        }

        buffer.Write("\n"u8);
        Write(buffer.WrittenSpan);
    }

    private void Write(StringBuilder text) => Write(Encoding.UTF8.GetBytes(text.ToString()));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (!quiet)
        {
            host.Output.Write(bytes);
            host.Output.Flush();
        }
    }
}
