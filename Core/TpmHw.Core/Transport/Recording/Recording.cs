namespace TpmHw.Transport;

/// <summary>A recorded session: what the transport was, and what passed through it.</summary>
/// <remarks>
/// The file is text in UTF-8. Its first line names the format and the transport. Blank lines and lines that start with
/// <c>#</c> are for people. A command is one or more lines of <c>&gt;</c> and hex; then comes its response as lines of
/// <c>&lt;</c> and hex, or <c>! cancelled</c>, or <c>! fault</c> with the fault's name and, on lines of their own,
/// <c>! message</c>, <c>! evidence</c> and <c>! advice</c>, in which <c>\n</c>, <c>\r</c> and <c>\\</c> stand for what they are in C#.
/// </remarks>
/// <param name="Info">What the transport was.</param>
/// <param name="Exchanges">What passed through it, in order.</param>
public sealed record Recording(TpmTransportInfo Info, IReadOnlyList<RecordedExchange> Exchanges)
{
    /// <summary>What the first line starts with: the format and its version.</summary>
    internal const string Format = "tpmhw-recording";

    /// <summary>The version that is written and read here.</summary>
    internal const int Version = 1;

    /// <summary>Reads a recording from a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TpmTransportException">The file can't be read, or a line of it is not understood.</exception>
    public static Recording Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var reader = new StreamReader(path);
            return RecordingReader.Read(reader, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TpmFault fault = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => TpmFault.NotFound,
                UnauthorizedAccessException => TpmFault.AccessDenied,
                _ => TpmFault.InputOutput,
            };
            throw new TpmTransportException(fault, $"The recording '{path}' can't be read.", e.Message, "Check the path.", e);
        }
    }
}

/// <summary>A command and what came of it: a response, or a fault, or, where both are null, a cancellation.</summary>
/// <param name="Line">The line of the file on which the command starts.</param>
/// <param name="Command">The command.</param>
/// <param name="Response">Its response.</param>
/// <param name="Fault">Its failure.</param>
public sealed record RecordedExchange(int Line, byte[] Command, byte[]? Response, TpmTransportException? Fault);
