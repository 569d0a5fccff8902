using TpmHw.ResourceManagement;
using TpmHw.Testing.Sharing;

namespace TpmHw.Core.Tests.Transport;

/// <summary>Who goes out of turn when something had to be loaded.</summary>
public sealed class SchedulingPolicyTests : IDisposable
{
    private static readonly TimeSpan s_loading = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(1);

    private readonly SchedulingPolicy _policy = new();
    private readonly SchedulerTicket _first = new(TpmPriority.Normal, static () => false);
    private readonly SchedulerTicket _second = new(TpmPriority.Normal, static () => false);
    private readonly SchedulerTicket _loaded = new(TpmPriority.Normal, static () => true);
    private TimeSpan _now = TimeSpan.FromMinutes(1);

    public void Dispose()
    {
        _loaded.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void Where_nothing_is_loaded_they_go_in_the_order_in_which_they_came()
    {
        Come(_first, _loaded, _second);
        Assert.Equal([_first, _loaded, _second], [Next(), Next(), Next()]);
    }

    [Fact]
    public void After_loading_those_go_first_who_need_nothing_loaded()
    {
        Load(_first);
        Come(_second, _loaded);
        Assert.Equal([_loaded, _second], [Next(), Next()]);
    }

    [Fact]
    public void They_do_so_for_twice_as_long_as_loading_took()
    {
        Load(_first);
        Come(_second, _loaded);
        Pass(2 * s_loading);
        Assert.Equal([_second, _loaded], [Next(), Next()]);
    }

    [Fact]
    public void The_client_for_which_was_loaded_goes_before_those_who_came_earlier()
    {
        Load(_first);
        Come(_second, _first);
        Assert.Equal(_first, Next());
    }

    [Fact]
    public void A_client_that_was_quick_to_come_back_is_waited_for()
    {
        LoadQuickly(_first);
        Come(_second);
        AssertWaits(2 * s_loading, _second);
    }

    [Fact]
    public void A_client_that_was_slower_than_what_is_left_is_not_waited_for()
    {
        LoadQuickly(_first);
        Come(_second);
        Pass(2 * s_loading - s_quick);
        Assert.Equal(_second, Next());
    }

    [Fact]
    public void A_client_that_sends_its_first_command_is_not_waited_for()
    {
        Load(_first);
        Come(_second);
        Assert.Equal(_second, Next());
    }

    [Fact]
    public void Who_needs_nothing_loaded_does_not_wait_for_the_one_who_may_come_back()
    {
        LoadQuickly(_first);
        Come(_second, _loaded);
        Assert.Equal(_loaded, Next());
        Assert.Null(_policy.Dequeue(_now, out _));
        Come(_first);
        Assert.Equal(_first, Next());
    }

    [Fact]
    public void A_higher_priority_does_not_wait_for_the_one_who_may_come_back()
    {
        var high = new SchedulerTicket(TpmPriority.High, static () => false);
        LoadQuickly(_first);
        Come(_second, high);
        Assert.Equal(high, Next());
    }

    [Fact]
    public void A_lower_priority_that_may_come_back_is_not_waited_for()
    {
        var low = new SchedulerTicket(TpmPriority.Low, static () => true);
        LoadQuickly(low);
        Come(_second);
        Assert.Equal(_second, Next());
    }

    [Fact]
    public void More_loading_for_the_one_who_stays_adds_to_its_time()
    {
        LoadQuickly(_first);
        Load(_first);
        Pass(3 * s_loading);
        Come(_second, _first);
        Assert.Equal(_first, Next());
    }

    [Fact]
    public void However_much_was_loaded_nobody_waits_longer_than_the_last_loading_was_worth()
    {
        LoadQuickly(_first);
        for (int i = 0; i < 1000; i++)
        {
            Load(_first);
        }

        Come(_second);
        AssertWaits(2 * s_loading, _second);
    }

    [Fact]
    public void Loading_for_another_ends_the_stay_of_the_first()
    {
        LoadQuickly(_first);
        Pass(2 * s_loading);
        Load(_second);
        Come(_first, _second);
        Assert.Equal(_second, Next());
    }

    [Fact]
    public void The_one_who_has_waited_longest_is_overtaken_seven_times_at_most()
    {
        LoadQuickly(_first);
        Come(_second);
        for (int i = 0; i < 7; i++)
        {
            Assert.Null(_policy.Dequeue(_now, out _));
            Load(_first);
        }

        Come(_first);
        Assert.Equal([_second, _first], [Next(), Next()]);
    }

    [Fact]
    public void A_client_that_saves_or_flushes_something_itself_has_not_loaded_anything()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        SchedulerTicket ticket = ((TpmShareClient)client.Transport).Ticket;
        uint[] keys = [.. Enumerable.Range(1, 4).Select(i => client.LoadKey([(byte)i]).Handle)];
        Assert.NotEqual(TimeSpan.Zero, ticket.LoadTime); // another one had to go
        client.SaveContext(keys[3]);
        Assert.Equal(TimeSpan.Zero, ticket.LoadTime);
        client.Flush(keys[3]);
        Assert.Equal(TimeSpan.Zero, ticket.LoadTime);
    }

    private void Come(params ReadOnlySpan<SchedulerTicket> tickets)
    {
        foreach (SchedulerTicket ticket in tickets)
        {
            _policy.Add(ticket, _now);
        }
    }

    private SchedulerTicket Next()
    {
        SchedulerTicket? next = _policy.Dequeue(_now, out TimeSpan hold);
        Assert.Equal(TimeSpan.Zero, hold);
        return next!;
    }

    /// <summary>It is nobody's turn for some time, and then somebody's.</summary>
    private void AssertWaits(TimeSpan time, SchedulerTicket next)
    {
        Assert.Null(_policy.Dequeue(_now, out TimeSpan hold));
        Assert.Equal(time, hold);
        Pass(hold);
        Assert.Equal(next, Next());
    }

    private void Pass(TimeSpan time) => _now += time;

    /// <summary>Has a client send a command for which something is loaded.</summary>
    private void Load(SchedulerTicket ticket)
    {
        Come(ticket);
        Assert.Equal(ticket, Next());
        ticket.LoadTime = s_loading;
        _policy.Release(ticket, _now);
    }

    /// <summary>The same, with a command a short time before.</summary>
    private void LoadQuickly(SchedulerTicket ticket)
    {
        Come(ticket);
        _policy.Release(Next(), _now);
        Pass(s_quick);
        Load(ticket);
    }
}
