using TpmHw.Transport;

namespace TpmHw.ResourceManagement;

/// <summary>
/// Lets one thread at a time use the TPM, in the order of a <see cref="SchedulingPolicy"/>. It needs no thread of its own:
/// while the TPM stays reserved for a client that may come back, the thread that has waited longest checks the queue again.
/// </summary>
internal sealed class CommandScheduler
{
    // Waking a thread takes as long as a quick TPM's command, so the next thread is woken early and spins for a short time.
    private static readonly TimeSpan s_awake = TimeSpan.FromMicroseconds(60);

    private readonly object _gate = new();
    private readonly SchedulingPolicy _policy = new();
    private bool _taken;
    private bool _closed;

    /// <summary>Waits until the ticket is granted.</summary>
    /// <exception cref="OperationCanceledException">Cancelled before it was granted.</exception>
    public void Acquire(SchedulerTicket ticket, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            TimeSpan now = TpmClock.System.Now;
            _policy.Add(ticket, now);
            GrantNext(now, ticket);
            if (ticket.IsGranted)
            {
                return;
            }
        }

        using CancellationTokenRegistration wake = cancellationToken.UnsafeRegister(static t => ((SchedulerTicket)t!).Wake(), ticket);
        while (!Wait(ticket, cancellationToken))
        {
            lock (_gate)
            {
                GrantNext(TpmClock.System.Now);
            }
        }

        if (ticket.IsGranted)
        {
            return;
        }

        if (!GiveUp(ticket))
        {
            Release(ticket); // it was granted in the meantime
        }

        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Releases the TPM to the next ticket.</summary>
    public void Release(SchedulerTicket ticket)
    {
        lock (_gate)
        {
            TimeSpan now = TpmClock.System.Now;
            _policy.Release(ticket, now);
            _taken = false;
            GrantNext(now);
        }
    }

    /// <summary>Ends all reservations: waiting tickets are granted one after the other.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            GrantNext(TpmClock.System.Now);
        }
    }

    private void GrantNext(TimeSpan now, SchedulerTicket? caller = null)
    {
        if (_taken)
        {
            return;
        }

        if (_policy.Dequeue(_closed ? TimeSpan.MaxValue : now, out TimeSpan hold) is { } next)
        {
            _taken = true;
            next.IsGranted = true;
            if (next != caller)
            {
                next.Wake();
            }

            if (_policy.Oldest is { } following && Environment.ProcessorCount > 1)
            {
                following.IsNext = true;
                following.Wake();
            }
        }
        else if (_policy.Oldest is { } oldest && now + hold < oldest.RecheckAt)
        {
            oldest.RecheckAt = now + hold;
            oldest.Wake();
        }
    }

    /// <summary>Waits until the ticket is granted or the wait is cancelled.</summary>
    /// <returns>False when it is time to check the queue again.</returns>
    private static bool Wait(SchedulerTicket ticket, CancellationToken cancellationToken)
    {
        while (!ticket.IsGranted && !cancellationToken.IsCancellationRequested)
        {
            if (ticket.IsNext)
            {
                ticket.IsNext = false;
                StayAwake(ticket);
                continue;
            }

            TimeSpan looks = ticket.RecheckAt;
            TimeSpan left = looks == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : RoundedUp(looks - TpmClock.System.Now);
            if (!ticket.Wait(left))
            {
                ticket.RecheckAt = TimeSpan.MaxValue;
                return false;
            }
        }

        return true;
    }

    private static void StayAwake(SchedulerTicket ticket)
    {
        TimeSpan end = TpmClock.System.Now + s_awake;
        while (!ticket.IsGranted && TpmClock.System.Now < end)
        {
            Thread.SpinWait(10);
            Thread.Yield();
        }
    }

    /// <summary>Rounds up to whole milliseconds, the unit in which an operating system waits.</summary>
    private static TimeSpan RoundedUp(TimeSpan left) => TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left.TotalMilliseconds)));

    /// <summary>Leaves the queue.</summary>
    /// <returns>False if the ticket has been granted in the meantime.</returns>
    private bool GiveUp(SchedulerTicket ticket)
    {
        lock (_gate)
        {
            bool waited = _policy.Remove(ticket);
            GrantNext(TpmClock.System.Now); // the ticket that left may have been the one that checks the queue again
            return waited;
        }
    }
}
