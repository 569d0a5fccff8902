using System.Text;
using TpmHw.Cli.Commands;
using TpmHw.Cli.Errors;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Cli.Decoding;

/// <summary>Messages as they are typed, piped, stored or recorded, in the order of the conversation.</summary>
internal static class MessageInput
{
    private const string RecordingStart = "tpmhw-recording";

    /// <summary>The messages of a text of hex digits, of bytes, or of a recording.</summary>
    public static IEnumerable<TpmMessageTree> Read(byte[] input, string name, TpmCc? answered)
    {
        if (input.AsSpan().StartsWith(Encoding.ASCII.GetBytes(RecordingStart)))
        {
            return Recording.Load(name).Exchanges.SelectMany(static e => Exchange(e.Command, e.Response));
        }

        // The first byte of a message is no digit: 0x80, or 0x00 of a TPM 1.2.
        byte[] bytes = input.Length > 0 && input[0] is 0x80 or 0x00 ? input : Hex.Bytes(Encoding.ASCII.GetString(input), name);
        return Pair([.. TransmitCommand.Split(bytes).Select(r => bytes[r])], answered);
    }

    private static IEnumerable<TpmMessageTree> Exchange(byte[] command, byte[]? response)
    {
        TpmMessageTree tree = TpmMessageTree.OfCommand(command);
        return response is null ? [tree] : [tree, TpmMessageTree.OfResponse(response, tree.Command)];
    }

    /// <summary>Commands, each followed by its response or not; with a command from elsewhere, responses alone.</summary>
    private static IEnumerable<TpmMessageTree> Pair(List<byte[]> messages, TpmCc? answered)
    {
        TpmCc? open = null;
        foreach (byte[] message in messages)
        {
            TpmHeader header = TpmHeader.Read(message);
            if (answered is { } known)
            {
                yield return TpmMessageTree.OfResponse(message, known);
            }
            else if (open is { } command && (header.Code == TpmRc.Success || header.TotalSize == TpmHeader.Size))
            {
                yield return TpmMessageTree.OfResponse(message, command);
                open = null;
            }
            else if (header.Code == TpmRc.Success)
            {
                throw CliException.Usage(
                    "A response says nothing of its command.", "Give the command before it, or its name with --command, such as --command GetRandom.");
            }
            else
            {
                open = (TpmCc)header.Code;
                yield return TpmMessageTree.OfCommand(message);
            }
        }
    }
}
