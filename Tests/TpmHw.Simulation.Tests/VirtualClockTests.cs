namespace TpmHw.Simulation.Tests;

public class VirtualClockTests
{
    [Fact]
    public void It_moves_by_waiting_and_by_nothing_else()
    {
        var clock = new VirtualClock();
        Assert.Equal(TimeSpan.Zero, clock.Now);
        clock.Wait(TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromMicroseconds(3));
        Assert.Equal(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(3), clock.Now);
        Assert.Equal(TimeSpan.FromHours(1), clock.Waited);
    }

    [Fact]
    public void Three_bytes_at_24_megahertz_take_a_microsecond()
    {
        var clock = new VirtualClock();
        for (int i = 0; i < 3000; i++)
        {
            clock.AdvancePicoseconds(8_000_000 / 24);
        }

        Assert.InRange(clock.Now, TimeSpan.FromTicks(9_999), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void A_wait_that_was_cancelled_takes_no_time()
    {
        var clock = new VirtualClock();
        Assert.Throws<OperationCanceledException>(() => clock.Wait(TimeSpan.FromSeconds(1), new CancellationToken(canceled: true)));
        Assert.Equal(TimeSpan.Zero, clock.Now);
    }

    [Fact]
    public void It_does_not_go_back() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VirtualClock().Wait(TimeSpan.FromTicks(-1)));
}
