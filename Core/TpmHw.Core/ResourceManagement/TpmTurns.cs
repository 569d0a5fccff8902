using TpmHw.Transport;

namespace TpmHw.ResourceManagement;

/// <summary>Lets one thread at a time to the TPM, in the order that <see cref="TurnOrder"/> has.</summary>
internal sealed class TpmTurns : IDisposable
{
    private readonly object _gate = new();
    private readonly TurnOrder _order = new();
    private readonly Timer _lapse;
    private bool _taken;
    private bool _ended;

    public TpmTurns() => _lapse = new Timer(static turns => ((TpmTurns)turns!).Lapse(), this, Timeout.Infinite, Timeout.Infinite);

    /// <summary>Waits for the turn.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it came.</exception>
    public void Take(TpmTurn turn, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _order.Add(turn, TpmClock.System.Now);
            GrantNext();
            if (turn.Granted)
            {
                return;
            }
        }

        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static t => Wake(t!), turn);
        lock (turn)
        {
            while (!turn.Granted && !cancellationToken.IsCancellationRequested)
            {
                Monitor.Wait(turn);
            }
        }

        if (turn.Granted)
        {
            return;
        }

        if (!GiveUp(turn))
        {
            Give(turn); // it was granted just now
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Ends the turn: the next one's begins.</summary>
    public void Give(TpmTurn turn)
    {
        lock (_gate)
        {
            _order.End(turn, TpmClock.System.Now);
            _taken = false;
            GrantNext();
        }
    }

    /// <summary>Nobody is waited for any more; whoever waits gets his turn.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            GrantNext();
        }

        _lapse.Dispose();
    }

    private void Lapse()
    {
        lock (_gate)
        {
            GrantNext();
        }
    }

    private void GrantNext()
    {
        if (_taken)
        {
            return;
        }

        TimeSpan now = _ended ? TimeSpan.MaxValue : TpmClock.System.Now;
        if (_order.TakeNext(now, out TimeSpan hold) is { } next)
        {
            _taken = true;
            lock (next)
            {
                next.Granted = true;
                Monitor.Pulse(next);
            }
        }
        else if (hold > TimeSpan.Zero)
        {
            _lapse.Change((long)Math.Ceiling(hold.TotalMilliseconds), Timeout.Infinite);
        }
    }

    /// <summary>Leaves the queue; false where the turn has been granted in the meantime.</summary>
    private bool GiveUp(TpmTurn turn)
    {
        lock (_gate)
        {
            return _order.Remove(turn);
        }
    }

    private static void Wake(object turn)
    {
        lock (turn)
        {
            Monitor.Pulse(turn);
        }
    }
}
