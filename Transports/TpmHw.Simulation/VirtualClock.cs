using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary>
/// A clock that stands still unless somebody waits or a bus moves bytes. What runs on it takes no real time, and takes
/// the same virtual time on every machine.
/// </summary>
public sealed class VirtualClock : TpmClock
{
    /// <summary>Picoseconds in a tick of <see cref="TimeSpan"/>, so that a byte at 24 MHz (333.3 ns) adds up right.</summary>
    internal const long TickPicoseconds = 100_000;

    private long _picoseconds;
    private long _waitedTicks;

    /// <inheritdoc/>
    public override TimeSpan Now => new(Interlocked.Read(ref _picoseconds) / TickPicoseconds);

    /// <summary>How much of <see cref="Now"/> was spent in <see cref="Wait"/>.</summary>
    public TimeSpan Waited => new(Interlocked.Read(ref _waitedTicks));

    /// <inheritdoc/>
    public override void Wait(TimeSpan time, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Advance(time);
        Interlocked.Add(ref _waitedTicks, time.Ticks);
    }

    /// <summary>Lets time pass, as an activity does that takes it.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        AdvancePicoseconds(time.Ticks * TickPicoseconds);
    }

    internal void AdvancePicoseconds(long picoseconds) => Interlocked.Add(ref _picoseconds, picoseconds);
}
