namespace TpmHw.Core.Tests.Transport;

/// <summary>A clock that moves on by a quarter of a second each time that it is read.</summary>
internal sealed class StepTime : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private long _quarters;

    public override long TimestampFrequency => 4;

    public override long GetTimestamp() => _quarters++;

    public override DateTimeOffset GetUtcNow() => s_start.AddMilliseconds(250 * _quarters++);
}
