using System.Globalization;
using System.Text;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Processes;

/// <summary>What it means when a program doesn't answer as a TPM.</summary>
internal static class CommandError
{
    /// <summary>The error for what a program wrote, or for its end.</summary>
    /// <param name="commandLine">The program.</param>
    /// <param name="received">What it wrote.</param>
    /// <param name="isFresh">It has not answered a command yet. Later, text may be the secret of a response that lost its header.</param>
    /// <param name="hasEnded">Whether its output ended.</param>
    /// <param name="exitCode">Its exit code, where it ended.</param>
    /// <param name="errors">The end of its standard error.</param>
    public static TpmTransportException Explain(string commandLine, byte[] received, bool isFresh, bool hasEnded, int? exitCode, string errors)
    {
        bool isText = isFresh && received.All(static b => b is >= 0x20 and < 0x7F or (byte)'\r' or (byte)'\n' or (byte)'\t');
        string evidence = Evidence(received, isText, exitCode, errors);
        bool lies = received.Length >= TpmHeader.Size && TpmHeader.Read(received).TotalSize is var size && (size <= received.Length || size > TpmTransportInfo.UsualSize);
        if (received.Length > 0 && (lies || !hasEnded || isText))
        {
            return new TpmTransportException(
                TpmFault.BadResponse,
                $"'{commandLine}' wrote something that is no TPM response.",
                evidence,
                "It must write nothing but responses to its standard output. A greeting of a login script, for example, belongs on standard error.");
        }

        if (received.Length > 0)
        {
            return new TpmTransportException(TpmFault.Truncated, $"'{commandLine}' ended inside a response.", evidence, "The command may have been executed.");
        }

        // What a POSIX shell returns where it can't run a command.
        return exitCode switch
        {
            127 => new TpmTransportException(TpmFault.NotFound, $"'{commandLine}' can't be run: a program in it was not found.", evidence, "Check its spelling and the PATH, on the other machine too."),
            126 => new TpmTransportException(TpmFault.AccessDenied, $"'{commandLine}' can't be run: a program in it is not executable.", evidence, "Check its rights."),
            _ => new TpmTransportException(TpmFault.Disconnected, $"'{commandLine}' ended without a response.", evidence, "Run it in a terminal to see what it says. It is started again for the next command."),
        };
    }

    public static TpmTransportException TimedOut(string commandLine, bool sent, int received, Deadline deadline) => new(
        TpmFault.Timeout,
        sent ? $"'{commandLine}' did not answer in time." : $"'{commandLine}' is still busy with an earlier command; this one was not sent.",
        string.Create(CultureInfo.InvariantCulture, $"{received} bytes of a response, {deadline}"),
        sent
            ? "The TPM may still be at it: ask it before sending the command again. Does the program write its output at once, and is the connection up?"
            : "The program is ended, and started again for the next command.");

    private static string Evidence(byte[] received, bool isText, int? exitCode, string errors)
    {
        var parts = new List<string>();
        if (received.Length > 0)
        {
            parts.Add(isText
                ? $"it wrote the text \"{Encoding.ASCII.GetString(received, 0, Math.Min(received.Length, 80)).ReplaceLineEndings(" ").Trim()}\""
                : string.Create(CultureInfo.InvariantCulture, $"{received.Length} bytes: {Convert.ToHexString(received, 0, Math.Min(received.Length, TpmHeader.Size))}"));
        }

        if (exitCode is { } code)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"exit code {code}"));
        }

        if (errors.Length > 0)
        {
            parts.Add("its last words: " + errors);
        }

        return string.Join("; ", parts);
    }
}
