namespace TpmHw.Transport;

/// <summary>The one source of time: a monotonic reading and a way to wait. Tests put a virtual one in its place.</summary>
public abstract class TpmClock
{
    /// <summary>The machine's own monotonic clock.</summary>
    public static TpmClock System { get; } = new SystemClock();

    /// <summary>Time since some fixed moment; never goes back.</summary>
    public abstract TimeSpan Now { get; }

    /// <summary>Waits, to the microsecond where the time is below a millisecond.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public abstract void Wait(TimeSpan time, CancellationToken cancellationToken = default);

    /// <summary>Sleeps the whole milliseconds, which is as fine as the operating system does it, and spins the rest.</summary>
    private sealed class SystemClock : TpmClock
    {
        public override TimeSpan Now => TimeProvider.System.GetElapsedTime(0, global::System.Diagnostics.Stopwatch.GetTimestamp());

        public override void Wait(TimeSpan time, CancellationToken cancellationToken)
        {
            TimeSpan end = Now + time;
            Sleep((int)Math.Clamp(time.TotalMilliseconds, 0, int.MaxValue), cancellationToken);
            while (Now < end)
            {
                Thread.SpinWait(20);
            }
        }

        private static void Sleep(int milliseconds, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (milliseconds == 0)
            {
                return;
            }

            if (!cancellationToken.CanBeCanceled)
            {
                Thread.Sleep(milliseconds);
            }
            else if (cancellationToken.WaitHandle.WaitOne(milliseconds))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}

/// <summary>A moment after which waiting is over.</summary>
public readonly struct Deadline
{
    private readonly TpmClock _clock;
    private readonly TimeSpan _start;

    private Deadline(TpmClock clock, TimeSpan allowed)
    {
        _clock = clock;
        _start = clock.Now;
        Allowed = allowed;
    }

    /// <summary>A deadline that passes after <paramref name="allowed"/> on <paramref name="clock"/>.</summary>
    public static Deadline After(TimeSpan allowed, TpmClock? clock = null) => new(clock ?? TpmClock.System, allowed);

    /// <summary>The whole time that was given.</summary>
    public TimeSpan Allowed { get; }

    /// <summary>The time that has passed.</summary>
    public TimeSpan Elapsed => _clock.Now - _start;

    /// <summary>The time that is left; zero once the deadline has passed.</summary>
    public TimeSpan Remaining
    {
        get
        {
            TimeSpan left = Allowed - Elapsed;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>What is left in whole milliseconds, rounded up, as poll(2) wants it.</summary>
    public int RemainingMilliseconds => (int)Math.Min(int.MaxValue, Math.Ceiling(Remaining.TotalMilliseconds));

    /// <summary>Whether the deadline has passed.</summary>
    public bool HasPassed => Elapsed >= Allowed;

    /// <summary>How it stands, as evidence for an error.</summary>
    public override string ToString() => FormattableString.Invariant($"{Elapsed.TotalMilliseconds:F0} ms of {Allowed.TotalMilliseconds:F0} ms");
}
