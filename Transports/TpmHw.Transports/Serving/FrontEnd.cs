using System.Globalization;
using Microsoft.Extensions.Logging;
using TpmHw.ResourceManagement;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>What front ends serve, and where they report.</summary>
internal sealed record FrontEndHost(ITpmShare Share, ILogger Log);

/// <summary>One way by which other programs reach the TPM, and what its clients may do.</summary>
internal abstract class FrontEnd : IDisposable
{
    private readonly List<IListener> _listeners = [];
    private readonly TpmClientOptions _options;
    private readonly TimeSpan _limit;
    private int _clients;

    protected FrontEnd(TransportSettings settings, FrontEndHost host)
    {
        Name = settings.ConnectionString;
        Host = host;
        MayReset = settings.Flag("reset");
        MaxLocality = settings.Number("localities");
        _limit = settings.Time("limit")!.Value;
        _options = new()
        {
            Priority = settings.Text("priority") switch { "low" => TpmPriority.Low, "high" => TpmPriority.High, _ => TpmPriority.Normal },
            Objects = settings.Number("objects"),
            Sessions = settings.Number("sessions"),
        };
    }

    /// <summary>How the user wrote it.</summary>
    public string Name { get; }

    protected FrontEndHost Host { get; }

    /// <summary>Whether a client may reset the TPM, which is everybody's.</summary>
    protected bool MayReset { get; }

    /// <summary>The highest locality that a client may ask for.</summary>
    protected int MaxLocality { get; }

    /// <summary>The options of every front end.</summary>
    /// <param name="objects">Objects that a client usually may have.</param>
    /// <param name="sessions">Sessions that it may have.</param>
    protected static TransportOption[] CommonOptions(string objects = "32", string sessions = "8") =>
    [
        new("priority", "whose commands go first where several wait", TransportOptionKind.Choice, "normal") { Choices = ["low", "normal", "high"] },
        new("localities", "highest locality that a client may choose, 0 to 4", TransportOptionKind.Number, "0") { Most = 4 },
        new("limit", "time that one command may wait and run until it is cancelled", TransportOptionKind.Milliseconds, "600000"),
        new("objects", "how many objects a client may have", TransportOptionKind.Number, objects) { Least = 1 },
        new("sessions", "how many sessions a client may have", TransportOptionKind.Number, sessions) { Least = 1 },
    ];

    /// <summary>Opens the addresses and serves who comes.</summary>
    public void Start() => _listeners.ForEach(static l => l.Start());

    /// <summary>Takes no more connections, and no more commands of those that there are.</summary>
    public void StopTaking() => _listeners.ForEach(static l => l.StopTaking());

    /// <summary>Waits until the last response is sent.</summary>
    /// <returns>Whether it was, in time.</returns>
    public bool Drain(Deadline deadline) => _listeners.TrueForAll(l => l.Drain(deadline));

    public virtual void Dispose() => _listeners.ForEach(static l => l.Dispose());

    protected void Add(IListener listener) => _listeners.Add(listener);

    /// <summary>Adds a client to the TPM's.</summary>
    protected ServedClient NewClient()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Name}#{Interlocked.Increment(ref _clients)}");
        return new ServedClient(Host.Share.Connect(name, _options), _limit, Host.Log);
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
