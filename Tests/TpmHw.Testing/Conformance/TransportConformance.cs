using System.Diagnostics;
using TpmHw.Wire;

namespace TpmHw.Testing;

/// <summary>
/// The contract of <see cref="ITpmTransport"/>, as far as it shows with an honest TPM at the other end. Every transport
/// passes it unchanged.
/// </summary>
public abstract class TransportConformance
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>The family of the TPM behind the transport.</summary>
    protected virtual TpmFamily Family => TpmFamily.Tpm20;

    /// <summary>Opens the transport. The TPM behind it has been started.</summary>
    protected abstract ITpmTransport Open();

    [Fact]
    public void It_says_what_it_is()
    {
        using ITpmTransport transport = Open();
        Assert.NotEmpty(transport.Info.Kind);
        Assert.NotEmpty(transport.Info.Name);
        Assert.InRange(transport.Info.MaxCommandSize, 1024, 65536);
        Assert.InRange(transport.Info.MaxResponseSize, 1024, 65536);
        Assert.True(transport.Info.Family is null || transport.Info.Family == Family);
    }

    [Fact]
    public void A_command_gets_its_response()
    {
        using ITpmTransport transport = Open();
        foreach (int bytes in new[] { 1, 16, 20 })
        {
            AssertAnswersRandom(transport, bytes);
        }
    }

    [Fact]
    public void The_smallest_command_is_answered()
    {
        using ITpmTransport transport = Open();
        Assert.Equal(0u, Transmit(transport, RawCommands.Smallest(Family)).Code);
    }

    [Fact]
    public void The_biggest_command_is_answered()
    {
        using ITpmTransport transport = Open();
        TpmHeader answer = Transmit(transport, RawCommands.Biggest(Family, transport.Info.MaxCommandSize));
        Assert.NotEqual(0u, answer.Code);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void An_error_of_the_tpm_is_a_response()
    {
        using ITpmTransport transport = Open();
        Assert.NotEqual(0u, Transmit(transport, RawCommands.Unknown(Family)).Code);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void What_is_no_whole_command_is_refused_before_anything_is_sent()
    {
        using ITpmTransport transport = Open();
        byte[] random = RawCommands.GetRandom(Family, 8);
        byte[][] wrong =
        [
            [],
            random[..9],
            [.. random, 0],
            random[..^1],
            RawCommands.WithSize(random, 0),
            RawCommands.WithSize(random, uint.MaxValue),
            RawCommands.Biggest(Family, transport.Info.MaxCommandSize + 1),
        ];
        foreach (byte[] command in wrong)
        {
            Assert.ThrowsAny<ArgumentException>(() => Transmit(transport, command));
        }

        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void A_response_span_without_room_is_refused_before_anything_is_sent()
    {
        using ITpmTransport transport = Open();
        byte[] tooShort = new byte[transport.Info.MaxResponseSize - 1];
        Assert.ThrowsAny<ArgumentException>(() => transport.Transmit(RawCommands.GetRandom(Family, 8), tooShort));
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void A_command_cancelled_before_it_begins_is_not_sent()
    {
        using ITpmTransport transport = Open();
        Assert.ThrowsAny<OperationCanceledException>(() => Transmit(transport, RawCommands.GetRandom(Family, 8), new CancellationToken(canceled: true)));
        AssertAnswersRandom(transport, 9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(25)]
    public void A_cancelled_command_ends_and_the_next_one_gets_its_own_response(int milliseconds)
    {
        using ITpmTransport transport = Open();
        using var cancel = new CancellationTokenSource(milliseconds);
        try
        {
            Transmit(transport, RawCommands.Long(Family), cancel.Token);
        }
        catch (OperationCanceledException e)
        {
            Assert.Equal(cancel.Token, e.CancellationToken);
        }

        AssertAnswersRandom(transport, 11);
        AssertAnswersRandom(transport, 12);
    }

    [Fact]
    public void A_disposed_transport_says_so()
    {
        ITpmTransport transport = Open();
        transport.Dispose();
        transport.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Transmit(transport, RawCommands.GetRandom(Family, 8)));
    }

    [Fact]
    public async Task Disposing_during_a_command_ends_it()
    {
        ITpmTransport transport = Open();
        using var started = new ManualResetEventSlim();
        Task<Exception?> running = OnItsOwnThread(() =>
        {
            started.Set();
            Transmit(transport, RawCommands.Long(Family));
        });
        started.Wait();
        await Task.Delay(5);

        transport.Dispose();

        Exception? end = await running.WaitAsync(s_patience);
        Assert.True(end is null or ObjectDisposedException, $"It ended with {end}");
        Assert.Throws<ObjectDisposedException>(() => Transmit(transport, RawCommands.GetRandom(Family, 8)));
    }

    [Fact]
    public async Task Two_threads_at_once_never_get_each_others_response()
    {
        using ITpmTransport transport = Open();
        int answered = 0;
        Task<Exception?>[] callers = [.. Enumerable.Range(1, 2).Select(caller => OnItsOwnThread(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                try
                {
                    AssertAnswersRandom(transport, caller);
                    Interlocked.Increment(ref answered);
                }
                catch (InvalidOperationException e) when (e is not ObjectDisposedException)
                {
                    Thread.Yield();
                }
            }
        }))];
        Assert.All(await Task.WhenAll(callers).WaitAsync(s_patience), Assert.Null);
        Assert.NotEqual(0, answered);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void Transmitting_allocates_nothing_once_it_runs()
    {
        using ITpmTransport transport = Open();
        byte[] command = RawCommands.GetRandom(Family, 16);
        byte[] response = new byte[transport.Info.MaxResponseSize];
        for (int i = 0; i < 50; i++)
        {
            transport.Transmit(command, response);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            transport.Transmit(command, response);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Sends a command and gives its response's header, which the transport has to have checked.</summary>
    protected static TpmHeader Transmit(ITpmTransport transport, byte[] command, CancellationToken cancellationToken = default)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        int length = transport.Transmit(command, response, cancellationToken);
        TpmHeader header = TpmHeader.Read(response);
        Assert.Equal((uint)length, header.TotalSize);
        return header;
    }

    /// <summary>Asks for random bytes and asserts that as many come, so that the response is this command's own.</summary>
    protected void AssertAnswersRandom(ITpmTransport transport, int bytes)
    {
        TpmHeader answer = Transmit(transport, RawCommands.GetRandom(Family, bytes));
        Assert.Equal(0u, answer.Code);
        Assert.Equal((uint)RawCommands.RandomResponseSize(Family, bytes), answer.TotalSize);
    }

    /// <summary>Runs something on a thread of its own.</summary>
    /// <returns>What it threw; null where it ended well.</returns>
    protected static Task<Exception?> OnItsOwnThread(Action action) =>
        Task.Factory.StartNew<Exception?>(() => Record.Exception(action), TaskCreationOptions.LongRunning);

    /// <summary>Runs something and asserts that it took no longer than a bound that only a missing deadline exceeds.</summary>
    protected static void WithinBounds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, "It took longer than any deadline allows.");
    }
}
