using System.Buffers;
using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Output;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>Whole commands in, whole responses out, whatever they say.</summary>
internal sealed class TransmitCommand : CliCommand
{
    private readonly Argument<string[]> _command = new("command")
    {
        Description = "The command in hex digits; several follow one another. Without it the commands are read as bytes from standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _hex = new("--hex") { Description = "Write the responses in hex digits, as to a terminal" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Write the responses to a file", HelpName = "file" };

    public TransmitCommand()
        : base("transmit", "Send TPM commands as they are and write the TPM's responses; an error response is a response")
    {
        Arguments.Add(_command);
        Options.Add(_hex);
        Options.Add(_output);
    }

    public override string? WhyUnprotected => PassesBytesOn;

    public override ExitCode Run(CommandContext context)
    {
        byte[] input = Read(context);
        List<Range> commands = Split(input);
        var responses = new ArrayBufferWriter<byte>();
        var ends = new List<int>();
        using (ITpmTransport transport = context.OpenTransport())
        {
            foreach (Range command in commands)
            {
                Span<byte> response = responses.GetSpan(transport.Info.MaxResponseSize);
                responses.Advance(transport.Transmit(input.AsSpan(command), response, context.Cancellation));
                ends.Add(responses.WrittenCount);
            }
        }

        context.Output.Bytes(responses.WrittenSpan, context.Has(_hex), context.Value(_output), document =>
        {
            document.BeginList();
            int start = 0;
            for (int i = 0; i < commands.Count; i++)
            {
                ReadOnlySpan<byte> response = responses.WrittenSpan[start..ends[i]];
                start = ends[i];
                document.BeginMap();
                document.Bytes("command", input.AsSpan(commands[i]));
                document.Bytes("response", response);
                document.Number("response_code", TpmHeader.Read(response).Code, NumberForm.Hex);
                document.EndMap();
            }

            document.EndList();
        });
        return ExitCode.Ok;
    }

    /// <summary>Where each command begins and ends, by the sizes in their headers.</summary>
    public static List<Range> Split(byte[] input)
    {
        var commands = new List<Range>();
        int start = 0;
        do
        {
            int left = input.Length - start;
            uint size = left >= TpmHeader.Size ? TpmHeader.Read(input.AsSpan(start)).TotalSize : TpmHeader.Size;
            if (size < TpmHeader.Size || size > left)
            {
                throw CliException.Usage(
                    left < TpmHeader.Size
                        ? $"Command {commands.Count + 1} has {left} bytes; its header alone takes {TpmHeader.Size}."
                        : $"Command {commands.Count + 1} has {left} bytes, and its header says {size}.",
                    "A command begins with a tag of 2 bytes, its whole size in 4 bytes and the command code in 4 bytes.");
            }

            commands.Add(start..(start + (int)size));
            start += (int)size;
        }
        while (start < input.Length);

        return commands;
    }

    private byte[] Read(CommandContext context)
    {
        string[] typed = context.Values(_command);
        if (typed.Length > 0)
        {
            return [.. typed.SelectMany(static t => Hex.Bytes(t, "The command"))];
        }

        if (context.Host.InputIsTerminal)
        {
            throw CliException.Usage("There is no command to send.", "Give it in hex digits, such as 80010000000c0000017b0008, or as bytes on standard input.");
        }

        using var bytes = new MemoryStream();
        context.Host.Input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
