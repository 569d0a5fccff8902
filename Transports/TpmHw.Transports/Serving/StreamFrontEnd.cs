using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>A front end on sockets, and the limits that connections to it get.</summary>
internal abstract class StreamFrontEnd(TransportSettings settings, FrontEndHost host) : FrontEnd(settings, host)
{
    private readonly ConnectionLimits _limits = new(settings.Number("clients"), settings.Time("idle")!.Value, settings.Time("patience")!.Value);

    protected static TransportOption ResetOption { get; } =
        new("reset", "whether a client may reset the TPM, for all others as well", TransportOptionKind.Flag, "no");

    protected static TransportOption LingerOption { get; } =
        new("linger", "time without a connection after which a client counts as gone whose process is not known", TransportOptionKind.Milliseconds, "600000");

    /// <summary>The options of every such front end that are not about addresses.</summary>
    protected static TransportOption[] StreamOptions { get; } =
    [
        .. CommonOptions(),
        new("clients", "how many connections it takes at a time", TransportOptionKind.Number, "64") { Least = 1 },
        new("idle", "time after which a silent connection is ended", TransportOptionKind.Milliseconds, "3600000"),
        new("patience", "time that the rest of a command may take, or a client to read a response", TransportOptionKind.Milliseconds, "10000"),
    ];

    protected StreamListener Serve(ListenAddress address, Action<ServedConnection> serve)
    {
        var listener = new StreamListener(address, Name, serve, _limits, Host.Log);
        Add(listener);
        return listener;
    }
}

/// <summary>What one front end gives its clients at most.</summary>
/// <param name="Connections">Connections at a time, on each of its sockets.</param>
/// <param name="Idle">Time without a command.</param>
/// <param name="Patience">Time for the rest of something.</param>
internal sealed record ConnectionLimits(int Connections, TimeSpan Idle, TimeSpan Patience);
