using TpmHw.Transport;

namespace TpmHw.ResourceManagement;

/// <summary>
/// Lets one thread at a time to the TPM, in the order that <see cref="TurnOrder"/> has. Nobody but those who wait is
/// needed for that: when the TPM is left to a client that may come back, the one who has waited longest looks again.
/// </summary>
internal sealed class TpmTurns
{
    private readonly object _gate = new();
    private readonly TurnOrder _order = new();
    private bool _taken;
    private bool _ended;

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
        while (!Wait(turn, cancellationToken))
        {
            lock (_gate)
            {
                GrantNext();
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
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
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
        else if (_order.Oldest is { } oldest)
        {
            lock (oldest)
            {
                if (now + hold < oldest.LooksAgain)
                {
                    oldest.LooksAgain = now + hold;
                    Monitor.Pulse(oldest);
                }
            }
        }
    }

    /// <summary>Waits until the turn has come, or was cancelled.</summary>
    /// <returns>False where it is time to look whose turn it is.</returns>
    private static bool Wait(TpmTurn turn, CancellationToken cancellationToken)
    {
        lock (turn)
        {
            while (!turn.Granted && !cancellationToken.IsCancellationRequested)
            {
                if (turn.LooksAgain == TimeSpan.MaxValue)
                {
                    Monitor.Wait(turn);
                    continue;
                }

                double left = (turn.LooksAgain - TpmClock.System.Now).TotalMilliseconds;
                if (left <= 0 || !Monitor.Wait(turn, (int)Math.Min(Math.Ceiling(left), int.MaxValue)))
                {
                    turn.LooksAgain = TimeSpan.MaxValue;
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Leaves the queue; false where the turn has been granted in the meantime.</summary>
    private bool GiveUp(TpmTurn turn)
    {
        lock (_gate)
        {
            bool waited = _order.Remove(turn);
            GrantNext(); // it may have been the one who looks again
            return waited;
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
