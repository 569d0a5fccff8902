using TpmHw.ResourceManagement;

namespace TpmHw.Core.Tests.Transport;

/// <summary>Waiting while the TPM is left to a client that may come back, and does not.</summary>
public sealed class CommandSchedulerTests : IDisposable
{
    private static readonly TimeSpan s_loading = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    private readonly CommandScheduler _scheduler = new();
    private readonly SchedulerTicket _quick = new(TpmPriority.Normal, static () => false);

    public CommandSchedulerTests()
    {
        _scheduler.Acquire(_quick, CancellationToken.None);
        _scheduler.Release(_quick);
        _scheduler.Acquire(_quick, CancellationToken.None);
        _quick.LoadTime = s_loading;
        _scheduler.Release(_quick);
    }

    public void Dispose()
    {
        _quick.Dispose();
    }

    [Fact]
    public void Whoever_waits_gets_the_turn_when_the_other_does_not_come_back()
    {
        Assert.True(Start(CancellationToken.None).Join(s_bound));
    }

    [Fact]
    public void The_next_one_gets_it_when_the_one_who_has_waited_longest_gives_up()
    {
        using var cancel = new CancellationTokenSource();
        Thread first = Start(cancel.Token), second = Start(CancellationToken.None);
        cancel.Cancel();
        Assert.True(first.Join(s_bound));
        Assert.True(second.Join(s_bound));
    }

    [Fact]
    public void Nobody_waits_for_a_client_when_all_of_it_ends()
    {
        _scheduler.Acquire(_quick, CancellationToken.None);
        _quick.LoadTime = TimeSpan.FromHours(1);
        _scheduler.Release(_quick);
        Thread waits = Start(CancellationToken.None);
        _scheduler.Close();
        Assert.True(waits.Join(s_bound));
    }

    /// <summary>Has a client come with a command, and returns once it waits.</summary>
    private Thread Start(CancellationToken cancellationToken)
    {
        var thread = new Thread(() =>
        {
            var ticket = new SchedulerTicket(TpmPriority.Normal, static () => false);
            try
            {
                _scheduler.Acquire(ticket, cancellationToken);
                _scheduler.Release(ticket);
            }
            catch (OperationCanceledException)
            {
                // It gave up.
            }
        }) { IsBackground = true };
        thread.Start();
        while ((thread.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) == 0)
        {
            Thread.Yield();
        }

        return thread;
    }
}
