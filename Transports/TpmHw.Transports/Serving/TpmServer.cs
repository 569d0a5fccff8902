using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TpmHw.ResourceManagement;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>Serves a shared TPM to other programs, by any number of front ends.</summary>
public sealed class TpmServer : IDisposable
{
    private static readonly TimeSpan s_endGrace = TimeSpan.FromSeconds(1);

    private readonly FrontEndHost _host;
    private readonly List<FrontEnd> _frontEnds = [];
    private bool _stopped;

    /// <summary>Serves a share, which is not disposed with this object.</summary>
    /// <param name="share">The TPM.</param>
    /// <param name="log">Where connections and failures are reported; null for nowhere.</param>
    public TpmServer(ITpmShare share, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(share);
        _host = new(share, log ?? NullLogger.Instance);
    }

    /// <summary>Listens by one more front end, such as <c>swtpm:path=/run/tpm.sock</c>.</summary>
    /// <exception cref="TpmTransportException">The string is not understood, or its address can't be listened on.</exception>
    public void Listen(string frontEnd)
    {
        ArgumentNullException.ThrowIfNull(frontEnd);
        FrontEnd opened = FrontEndCatalog.Open(frontEnd, _host);
        _frontEnds.Add(opened);
        opened.Start();
    }

    /// <summary>Takes no more commands, gives the running ones time to end and their clients their responses, then ends all connections.</summary>
    /// <param name="grace">The time that is given.</param>
    /// <returns>Whether no command runs any more.</returns>
    public bool Stop(TimeSpan grace)
    {
        if (_stopped)
        {
            return Drain(TimeSpan.Zero);
        }

        _stopped = true;
        _frontEnds.ForEach(static f => f.StopTaking());
        if (!Drain(grace))
        {
            ServerLog.NotDrained(_host.Log);
        }

        _frontEnds.ForEach(static f => f.Dispose());
        bool isIdle = Drain(s_endGrace);
        ServerLog.Stopped(_host.Log);
        return isIdle;
    }

    /// <summary>Ends all connections without waiting.</summary>
    public void Dispose() => Stop(TimeSpan.Zero);

    private bool Drain(TimeSpan grace)
    {
        var deadline = Deadline.After(grace);
        return _frontEnds.TrueForAll(f => f.Drain(deadline));
    }
}
