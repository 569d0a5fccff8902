using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TpmHw.ResourceManagement;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>What front ends serve, and where they report.</summary>
internal sealed record FrontEndHost(ITpmShare Share, ILogger Log);

/// <summary>One protocol on one address: its listeners, and the limits that its clients get.</summary>
internal abstract class FrontEnd : IDisposable
{
    private readonly List<StreamListener> _listeners = [];
    private readonly TpmPriority _priority;
    private int _clients;

    protected FrontEnd(TransportSettings settings, FrontEndHost host)
    {
        Name = settings.ConnectionString;
        Host = host;
        MayReset = settings.Flag("reset");
        MaxLocality = settings.Number("localities");
        _priority = settings.Text("priority") switch { "low" => TpmPriority.Low, "high" => TpmPriority.High, _ => TpmPriority.Normal };
        Limits = new(settings.Number("clients"), settings.Time("idle")!.Value, settings.Time("patience")!.Value);
    }

    /// <summary>How the user wrote it.</summary>
    public string Name { get; }

    /// <summary>Where it listens, first the data, then what goes with it.</summary>
    public IEnumerable<ListenAddress> Addresses => _listeners.Select(static l => l.Address);

    protected FrontEndHost Host { get; }

    protected ConnectionLimits Limits { get; }

    /// <summary>Whether a client may reset the TPM, which is everybody's.</summary>
    protected bool MayReset { get; }

    /// <summary>The highest locality that a client may ask for.</summary>
    protected int MaxLocality { get; }

    /// <summary>The options of every front end that are not about addresses.</summary>
    protected static TransportOption[] CommonOptions { get; } =
    [
        new("priority", "whose commands go first where several wait", TransportOptionKind.Choice, "normal") { Choices = ["low", "normal", "high"] },
        new("localities", "highest locality that a client may choose, 0 to 4", TransportOptionKind.Number, "0"),
        new("reset", "whether a client may reset the TPM, for all others as well", TransportOptionKind.Flag, "no"),
        new("clients", "how many connections it takes at a time", TransportOptionKind.Number, "64"),
        new("idle", "time after which a silent connection is ended", TransportOptionKind.Milliseconds, "3600000"),
        new("patience", "time that the rest of a command may take, or a client to read a response", TransportOptionKind.Milliseconds, "10000"),
    ];

    /// <summary>Opens the addresses and serves who comes.</summary>
    public void Start() => _listeners.ForEach(static l => l.Start());

    /// <summary>Takes no more connections, and no more commands of those that there are.</summary>
    public void StopTaking() => _listeners.ForEach(static l => l.StopTaking());

    /// <summary>Waits until the last response is sent.</summary>
    /// <returns>Whether it was, in time.</returns>
    public bool Drain(Deadline deadline) => _listeners.TrueForAll(l => l.Drain(deadline));

    public virtual void Dispose() => _listeners.ForEach(static l => l.Dispose());

    protected void Serve(ListenAddress address, Action<ServedConnection> serve) => _listeners.Add(new StreamListener(address, Name, serve, Limits, Host.Log));

    /// <summary>Serves a connection that came another way than by an address.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="serve">Serves it.</param>
    /// <returns>Whether there was room for it.</returns>
    protected bool TryServe(Socket socket, Action<ServedConnection> serve) => _listeners[0].TryAdd(socket, serve);

    /// <summary>Adds a client to the TPM's.</summary>
    protected ServedClient NewClient()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Name}#{Interlocked.Increment(ref _clients)}");
        return new ServedClient(Host.Share.Connect(name, _priority), Host.Log);
    }

    /// <summary>Resets the TPM, where the client may and the way to the TPM can.</summary>
    protected bool TryReset()
    {
        if (!MayReset || !Host.Share.TryReset())
        {
            return false;
        }

        ServerLog.TpmReset(Host.Log, Name);
        return true;
    }
}

/// <summary>What one front end gives its clients at most.</summary>
/// <param name="Connections">Connections at a time, on each of its sockets.</param>
/// <param name="Idle">Time without a command.</param>
/// <param name="Patience">Time for the rest of something.</param>
internal sealed record ConnectionLimits(int Connections, TimeSpan Idle, TimeSpan Patience);
