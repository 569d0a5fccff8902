namespace TpmHw.Transport;

/// <summary>A recorded session: what the transport was, and what passed through it.</summary>
/// <remarks>
/// The file is text in UTF-8. Its first line names the format and the transport. Blank lines and lines that start with
/// <c>#</c> are for people. A command is one or more lines of <c>&gt;</c> and hex; then comes its response as lines of
/// <c>&lt;</c> and hex, or <c>! cancelled</c>, or <c>! fault</c> with the fault's name and, on lines of their own,
/// <c>! message</c>, <c>! evidence</c> and <c>! advice</c>, in which <c>\n</c>, <c>\r</c> and <c>\\</c> stand for what they are in C#.
/// </remarks>
internal sealed record Recording(TpmTransportInfo Info, IReadOnlyList<RecordedExchange> Exchanges)
{
    /// <summary>What the first line starts with: the format and its version.</summary>
    public const string Format = "tpmhw-recording";

    /// <summary>The version that is written and read here.</summary>
    public const int Version = 1;
}

/// <summary>A command and what came of it: a response, or a fault, or, where both are null, a cancellation.</summary>
/// <param name="Line">The line of the file on which the command starts.</param>
/// <param name="Command">The command.</param>
/// <param name="Response">Its response.</param>
/// <param name="Fault">Its failure.</param>
internal sealed record RecordedExchange(int Line, byte[] Command, byte[]? Response, TpmTransportException? Fault);
