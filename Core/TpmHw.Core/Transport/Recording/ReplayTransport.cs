using System.Globalization;
using System.Security.Cryptography;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>Which exchange of a recording answers a command.</summary>
public enum ReplayOrder
{
    /// <summary>The next one alone.</summary>
    Recorded,

    /// <summary>The first one with the same command that has not been replayed yet.</summary>
    Any,
}

/// <summary>
/// Plays a session back that <see cref="RecordingTransport"/> recorded: without a TPM, each recorded command gets its recorded
/// response, failure or cancellation.
/// </summary>
/// <remarks>
/// A command that differs from the recorded one is a <see cref="TpmFault.ReplayMismatch"/> that says where, and so is one past
/// the end; the replay then stays where it is. No time passes: what took a second when it was recorded is answered at once.
/// </remarks>
public sealed class ReplayTransport : TpmTransport
{
    private readonly Recording _recording;
    private readonly ReplayOrder _order;
    private readonly bool[] _replayed;

    /// <summary>Reads a recording from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="order">Which exchange answers a command.</param>
    /// <exception cref="TpmTransportException">The file can't be read, or a line of it is not understood.</exception>
    public ReplayTransport(string path, ReplayOrder order = ReplayOrder.Recorded)
        : this(Recording.Load(path), order)
    {
    }

    /// <summary>Reads a recording.</summary>
    /// <param name="recording">Its text.</param>
    /// <param name="order">Which exchange answers a command.</param>
    /// <exception cref="TpmTransportException">A line is not understood.</exception>
    public ReplayTransport(TextReader recording, ReplayOrder order = ReplayOrder.Recorded)
        : this(RecordingReader.Read(recording, "recording"), order)
    {
    }

    private ReplayTransport(Recording recording, ReplayOrder order)
    {
        _recording = recording;
        _order = order;
        _replayed = new bool[recording.Exchanges.Count];
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "replay",
        Summary = "a recorded session, played back without a TPM",
        Example = "replay:session.tpmrec",
        Options =
        [
            new("file", "the recording", TransportOptionKind.Path) { IsPositional = true },
            new("order", "whether commands have to come as recorded", TransportOptionKind.Choice, "recorded") { Choices = ["recorded", "any"] },
        ],
        Open = settings => new ReplayTransport(
            settings.Text("file") ?? throw TransportSettings.Bad(Descriptor!, settings.ConnectionString, "the recording's file is missing."),
            settings.Text("order") == "any" ? ReplayOrder.Any : ReplayOrder.Recorded),
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info => _recording.Info;

    /// <summary>How many exchanges have not been replayed yet.</summary>
    public int Remaining => _replayed.Count(static done => !done);

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        int index = Find(command);
        _replayed[index] = true;
        RecordedExchange exchange = _recording.Exchanges[index];
        if (exchange.Fault is not null)
        {
            throw exchange.Fault;
        }

        if (exchange.Response is null)
        {
            throw new OperationCanceledException("The command was cancelled when it was recorded.", cancellationToken);
        }

        exchange.Response.CopyTo(response);
        return exchange.Response.Length;
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken)
    {
        // The exchange that failed was replayed or was not: either way the replay is where it should be.
    }

    /// <inheritdoc/>
    protected override void Interrupt()
    {
        // No command takes any time.
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (RecordedExchange exchange in _recording.Exchanges)
        {
            CryptographicOperations.ZeroMemory(exchange.Command);
            CryptographicOperations.ZeroMemory(exchange.Response);
        }
    }

    private int Find(ReadOnlySpan<byte> command)
    {
        int next = Array.IndexOf(_replayed, false);
        if (next < 0)
        {
            throw Mismatch(
                $"The recording '{Info.Name}' ends after {_replayed.Length} exchanges, and {NameOf(command)} comes after that.",
                "");
        }

        int last = _order == ReplayOrder.Any ? _replayed.Length - 1 : next;
        for (int i = next; i <= last; i++)
        {
            if (!_replayed[i] && command.SequenceEqual(_recording.Exchanges[i].Command))
            {
                return i;
            }
        }

        RecordedExchange expected = _recording.Exchanges[next];
        string place = $"exchange {next + 1}, {NameOf(expected.Command)}, on line {expected.Line} of '{Info.Name}'";
        throw Mismatch(
            _order == ReplayOrder.Any
                ? $"{NameOf(command)} is not among the exchanges that are left, of which the first is {place}."
                : $"{NameOf(command)} differs from what is expected: {place}.",
            Difference(expected.Command, command));
    }

    /// <summary>Where two commands differ. Their secrets stay out of it: errors end up in logs.</summary>
    private static string Difference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> sent)
    {
        bool[] secretExpected = SecretMask.OfCommand(expected);
        bool[] secretSent = SecretMask.OfCommand(sent);
        int offset = expected.CommonPrefixLength(sent);
        string bytes = offset == expected.Length || offset == sent.Length ? $"{expected.Length} bytes expected, {sent.Length} sent"
            : secretExpected[offset] || secretSent[offset] ? "they are withheld"
            : $"{expected[offset]:x2} expected, {sent[offset]:x2} sent";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"they differ from byte offset {offset} on ({bytes}); expected {MessageText.Hex(expected, secretExpected)}; sent {MessageText.Hex(sent, secretSent)}");
    }

    private static string NameOf(ReadOnlySpan<byte> command) => MessageText.NameOf(TpmHeader.Read(command));

    private static TpmTransportException Mismatch(string message, string evidence) => new(
        TpmFault.ReplayMismatch,
        message,
        evidence,
        "A replay answers the very commands that were recorded. Where nonces or times make them differ, or the program has changed, record anew.");
}
