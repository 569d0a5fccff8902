using TpmHw.Transport;

namespace TpmHw.Tbs;

/// <summary>
/// Ends the command that runs, when the caller cancels, the transport is disposed or the time is over. Windows is asked
/// again and again: whether it notes a request that comes before the command is in its queue, nobody says.
/// </summary>
internal sealed class CommandStop : IDisposable
{
    private static readonly TimeSpan s_betweenRequests = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private TbsContext? _running;
    private Deadline _deadline;
    private bool _asked;

    public CommandStop() => _timer = new Timer(static stop => ((CommandStop)stop!).OnTime(), this, Timeout.Infinite, Timeout.Infinite);

    /// <summary>A command begins in this context.</summary>
    public void Begin(TbsContext context, Deadline deadline)
    {
        lock (_gate)
        {
            _running = context;
            _deadline = deadline;
            _asked = false;
            _timer.Change(deadline.Allowed, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The command has ended: no request is made any more that could meet the next one.</summary>
    public void End()
    {
        lock (_gate)
        {
            _running = null;
            _timer.Change(Timeout.Infinite, Timeout.Infinite);
        }
    }

    /// <summary>Asks for the command's end.</summary>
    public void Ask()
    {
        lock (_gate)
        {
            _asked = true;
            Request();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTime()
    {
        lock (_gate)
        {
            if (_asked || _deadline.HasPassed)
            {
                Request();
            }
            else if (_running is not null)
            {
                // Set for the command before this one, or early: timers are coarser than the clock.
                _timer.Change(_deadline.RemainingMilliseconds, Timeout.Infinite);
            }
        }
    }

    private void Request()
    {
        if (_running is { } context)
        {
            context.Cancel();
            _timer.Change(s_betweenRequests, Timeout.InfiniteTimeSpan);
        }
    }
}
