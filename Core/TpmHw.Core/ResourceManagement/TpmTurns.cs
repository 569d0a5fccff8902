using TpmHw.Transport;

namespace TpmHw.ResourceManagement;

/// <summary>
/// Lets one thread at a time to the TPM, in the order that <see cref="TurnOrder"/> has. Nobody but those who wait is
/// needed for that: when the TPM is left to a client that may come back, the one who has waited longest looks again.
/// </summary>
internal sealed class TpmTurns
{
    // To wake a thread takes as long as a quick TPM's command: whoever is next is awake when his turn comes, if it comes soon.
    private static readonly TimeSpan s_awake = TimeSpan.FromMicroseconds(60);

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
            TimeSpan now = TpmClock.System.Now;
            _order.Add(turn, now);
            GrantNext(now, turn);
            if (turn.Granted)
            {
                return;
            }
        }

        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static t => ((TpmTurn)t!).Call(), turn);
        while (!Wait(turn, cancellationToken))
        {
            lock (_gate)
            {
                GrantNext(TpmClock.System.Now);
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
            TimeSpan now = TpmClock.System.Now;
            _order.End(turn, now);
            _taken = false;
            GrantNext(now);
        }
    }

    /// <summary>Nobody is waited for any more; whoever waits gets his turn.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            GrantNext(TpmClock.System.Now);
        }
    }

    private void GrantNext(TimeSpan now, TpmTurn? caller = null)
    {
        if (_taken)
        {
            return;
        }

        if (_order.TakeNext(_ended ? TimeSpan.MaxValue : now, out TimeSpan hold) is { } next)
        {
            _taken = true;
            next.Granted = true;
            if (next != caller)
            {
                next.Call();
            }

            if (_order.Oldest is { } following && Environment.ProcessorCount > 1)
            {
                following.IsNext = true;
                following.Call();
            }
        }
        else if (_order.Oldest is { } oldest && now + hold < oldest.LooksAgain)
        {
            oldest.LooksAgain = now + hold;
            oldest.Call();
        }
    }

    /// <summary>Waits until the turn has come, or was cancelled.</summary>
    /// <returns>False where it is time to look whose turn it is.</returns>
    private static bool Wait(TpmTurn turn, CancellationToken cancellationToken)
    {
        while (!turn.Granted && !cancellationToken.IsCancellationRequested)
        {
            if (turn.IsNext)
            {
                turn.IsNext = false;
                StayAwake(turn);
                continue;
            }

            TimeSpan looks = turn.LooksAgain;
            TimeSpan left = looks == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : RoundedUp(looks - TpmClock.System.Now);
            if (!turn.Wait(left))
            {
                turn.LooksAgain = TimeSpan.MaxValue;
                return false;
            }
        }

        return true;
    }

    private static void StayAwake(TpmTurn turn)
    {
        TimeSpan end = TpmClock.System.Now + s_awake;
        while (!turn.Granted && TpmClock.System.Now < end)
        {
            Thread.SpinWait(10);
            Thread.Yield();
        }
    }

    /// <summary>In whole milliseconds, as an operating system waits.</summary>
    private static TimeSpan RoundedUp(TimeSpan left) => TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left.TotalMilliseconds)));

    /// <summary>Leaves the queue; false where the turn has been granted in the meantime.</summary>
    private bool GiveUp(TpmTurn turn)
    {
        lock (_gate)
        {
            bool waited = _order.Remove(turn);
            GrantNext(TpmClock.System.Now); // it may have been the one who looks again
            return waited;
        }
    }
}
