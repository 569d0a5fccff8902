using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>How soon a command's end is seen, and with how many looks, on commands whose times are given.</summary>
public sealed class CompletionScheduleTests
{
    private static readonly TimeSpan s_look = TimeSpan.FromMicroseconds(8);

    [Theory]
    [InlineData(1.7)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(3000)]
    [InlineData(90_000)]
    public void It_closes_in_on_a_command_whose_time_is_steady(double milliseconds)
    {
        var schedule = new CompletionSchedule();
        TimeSpan time = TimeSpan.FromMilliseconds(milliseconds);
        for (int run = 0; run < 20; run++)
        {
            (TimeSpan overshoot, int looks) = Run(schedule, time);
            double most = run == 0 ? 0.08 : run < 6 ? 0.005 : 0.0015;
            Assert.InRange(overshoot.TotalMicroseconds, 0, Math.Max(50, most * time.TotalMicroseconds));
            Assert.InRange(looks, 0, run == 0 ? 300 : 40 + (milliseconds > 1000 ? 4 : 0));
        }
    }

    [Theory]
    [InlineData(0.001, 0.003, 45)]
    [InlineData(0.01, 0.02, 50)]
    [InlineData(0.05, 0.06, 60)]
    public void A_time_that_varies_a_little_is_met_nearly_as_well(double part, double most, int mostLooks)
    {
        var schedule = new CompletionSchedule();
        var random = new Random(1);
        Run(schedule, TimeSpan.FromMilliseconds(200));
        for (int run = 0; run < 100; run++)
        {
            TimeSpan time = TimeSpan.FromMilliseconds(200 * (1 + (part * ((2 * random.NextDouble()) - 1))));
            (TimeSpan overshoot, int looks) = Run(schedule, time);
            Assert.InRange(overshoot / time, 0, most);
            Assert.InRange(looks, 0, mostLooks);
        }
    }

    [Fact]
    public void A_time_that_varies_much_is_met_within_a_tenth_on_average()
    {
        var schedule = new CompletionSchedule();
        var random = new Random(1);
        Run(schedule, TimeSpan.FromSeconds(5));
        var overshoots = new List<double>();
        for (int run = 0; run < 200; run++)
        {
            TimeSpan time = TimeSpan.FromSeconds(1 + (9 * random.NextDouble()));
            (TimeSpan overshoot, int looks) = Run(schedule, time);
            overshoots.Add(overshoot / time);
            Assert.InRange(looks, 0, 150);
        }

        Assert.InRange(overshoots.Average(), 0, 0.1);
    }

    private static (TimeSpan Overshoot, int Looks) Run(CompletionSchedule schedule, TimeSpan time)
    {
        schedule.Start(0x17B);
        int looks = 0;
        TimeSpan elapsed = TimeSpan.Zero;
        for (; elapsed < time; looks++)
        {
            TimeSpan next = schedule.Next(elapsed);
            Assert.True(next > elapsed);
            elapsed = next > elapsed + s_look ? next : elapsed + s_look;
        }

        schedule.Learn();
        return (elapsed - time, looks);
    }
}
