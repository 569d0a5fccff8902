using TpmHw.ResourceManagement;
using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

/// <summary>Whose command goes next.</summary>
public sealed class SharingTests : IDisposable
{
    private readonly List<byte> _order = [];
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _leave = new(0);
    private readonly TpmQueue _share;

    public SharingTests() => _share = new TpmQueue(new CannedTransport(command =>
    {
        lock (_order)
        {
            _order.Add(command[^1]);
        }

        _entered.Release();
        _leave.Wait();
        return CannedTransport.Success;
    }));

    public void Dispose()
    {
        _share.Dispose();
        _entered.Dispose();
        _leave.Dispose();
    }

    [Fact]
    public void Clients_of_one_priority_have_their_turns_in_the_order_in_which_they_came()
    {
        Assert.Equal([0, 1, 2, 3, 4], OrderOf(Enumerable.Repeat(TpmPriority.Normal, 5)));
    }

    [Fact]
    public void Higher_priorities_go_first_but_every_eighth_turn_is_the_longest_waiting_ones()
    {
        TpmPriority[] priorities = [TpmPriority.Normal, TpmPriority.Low, TpmPriority.Normal, .. Enumerable.Repeat(TpmPriority.High, 9)];
        Assert.Equal([0, 3, 4, 5, 6, 7, 8, 9, 1, 10, 11, 2], OrderOf(priorities));
    }

    [Fact]
    public void A_client_that_gives_up_waiting_leaves_the_queue_to_the_others()
    {
        using var cancel = new CancellationTokenSource();
        Thread first = Start(0, TpmPriority.Normal, CancellationToken.None);
        Thread second = Start(1, TpmPriority.Normal, cancel.Token);
        Thread third = Start(2, TpmPriority.Normal, CancellationToken.None);
        cancel.Cancel();
        second.Join();
        _leave.Release(2);
        first.Join();
        third.Join();
        Assert.Equal([0, 2], _order);
    }

    private List<byte> OrderOf(IEnumerable<TpmPriority> priorities)
    {
        Thread[] threads = [.. priorities.Select((priority, number) => Start((byte)number, priority, CancellationToken.None))];
        _leave.Release(threads.Length);
        Array.ForEach(threads, static t => t.Join());
        return _order;
    }

    /// <summary>Has a client send a command, and returns once it is at the TPM (the first) or waits for its turn.</summary>
    private Thread Start(byte number, TpmPriority priority, CancellationToken cancellationToken)
    {
        ITpmTransport client = _share.Connect($"{number}", new TpmClientOptions { Priority = priority });
        var thread = new Thread(() =>
        {
            try
            {
                client.Transmit([0x80, 0x01, 0, 0, 0, 11, 0, 0, 0, 1, number], new byte[TpmTransportInfo.UsualSize], cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // It gave up.
            }
        }) { IsBackground = true };
        thread.Start();
        if (number == 0)
        {
            _entered.Wait(CancellationToken.None);
        }

        while ((thread.ThreadState & ThreadState.WaitSleepJoin) == 0)
        {
            Thread.Yield();
        }

        return thread;
    }
}
