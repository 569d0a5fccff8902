namespace TpmHw.Testing;

/// <summary>
/// The contract where the other end is outside this process and may lie, fall silent or go away: a typed error in
/// bounded time, nothing executed twice, and the next command works.
/// </summary>
public abstract class UnreliableTransportConformance : TransportConformance, IDisposable
{
    /// <summary>Time for a response in these tests, so that silence is noticed soon, and a busy machine is not taken for it.</summary>
    protected static TimeSpan Timeout { get; } = TimeSpan.FromMilliseconds(600);

    /// <summary>The TPM at the other end.</summary>
    protected FarSide Far => field ??= new FarSide(Family);

    /// <summary>What makes a response into something else.</summary>
    public static TheoryData<string> Lies => [.. s_lies.Keys];

    private static readonly Dictionary<string, Func<byte[], FarSideReply>> s_lies = new()
    {
        ["size 0"] = honest => new FarSideReply(RawCommands.WithSize(honest, 0)),
        ["size 9"] = honest => new FarSideReply(RawCommands.WithSize(honest, 9)),
        ["size 2^31"] = honest => new FarSideReply(RawCommands.WithSize(honest, 0x8000_0000)),
        ["size 2^32-1"] = honest => new FarSideReply(RawCommands.WithSize(honest, uint.MaxValue)),
        ["size one above the limit"] = honest => new FarSideReply(RawCommands.WithSize(honest, TpmTransportInfo.UsualSize + 1)),
        ["size more than sent"] = honest => new FarSideReply(RawCommands.WithSize(honest, (uint)honest.Length + 1)),
        ["unknown tag"] = honest => new FarSideReply([0x12, 0x34, .. honest[2..]]),
        ["closes without a byte"] = _ => new FarSideReply([], ThenClose: true),
        ["closes inside the header"] = honest => new FarSideReply(honest[..7], ThenClose: true),
        ["closes inside the body"] = honest => new FarSideReply(honest[..^3], ThenClose: true),
        ["falls silent inside the header"] = honest => new FarSideReply(honest[..3]),
        ["falls silent inside the body"] = honest => new FarSideReply(honest[..^1]),
        ["one byte every two seconds"] = honest => new FarSideReply(honest, PauseBetweenBytes: TimeSpan.FromSeconds(2)),
    };

    /// <summary>Opens the transport onto <see cref="Far"/>, with <see cref="Timeout"/> as the time for a response and for its rest.</summary>
    protected abstract ITpmTransport OpenImpatiently();

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_far_side_that_lies_is_a_typed_error_and_the_next_command_works(string lie)
    {
        using ITpmTransport transport = OpenImpatiently();
        AssertAnswersRandom(transport, 5);
        int before = Far.Executed;
        Far.MisbehaveOnce(s_lies[lie]);

        WithinBounds(() => Assert.Throws<TpmTransportException>(() => Transmit(transport, RawCommands.GetRandom(Family, 6))));

        Assert.Equal(before + 1, Far.Executed);
        AssertAnswersRandom(transport, 7);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void Bytes_left_over_never_become_the_next_response()
    {
        using ITpmTransport transport = OpenImpatiently();
        Far.MisbehaveOnce(honest => new FarSideReply([.. honest, .. honest]));
        Record.Exception(() => Transmit(transport, RawCommands.GetRandom(Family, 6)));
        AssertAnswersRandom(transport, 7);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public void Silence_ends_at_the_deadline_and_the_late_response_is_nobodys()
    {
        using ITpmTransport transport = OpenImpatiently();
        int before = Far.Executed;
        Far.HangOnce();

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Transmit(transport, RawCommands.GetRandom(Family, 6)));

        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.NotEmpty(error.Advice);
        Assert.Equal(before + 1, Far.Executed);
        Far.Release();
        AssertAnswersRandom(transport, 7);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public async Task A_hanging_command_can_be_cancelled_and_the_next_one_gets_its_own_response()
    {
        using ITpmTransport transport = Open();
        using var cancel = new CancellationTokenSource();
        Far.HangOnce();
        Task<Exception?> running = OnItsOwnThread(() => Transmit(transport, RawCommands.GetRandom(Family, 6), cancel.Token));
        Assert.True(Far.WaitUntilHanging());

        await cancel.CancelAsync();

        Assert.IsAssignableFrom<OperationCanceledException>(await running.WaitAsync(TimeSpan.FromSeconds(20)));
        Far.Release();
        AssertAnswersRandom(transport, 7);
        AssertAnswersRandom(transport, 8);
    }

    [Fact]
    public async Task Disposing_ends_a_command_that_hangs()
    {
        ITpmTransport transport = Open();
        Far.HangOnce();
        Task<Exception?> running = OnItsOwnThread(() => Transmit(transport, RawCommands.GetRandom(Family, 6)));
        Assert.True(Far.WaitUntilHanging());

        WithinBounds(transport.Dispose);

        Assert.IsType<ObjectDisposedException>(await running.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Far.Dispose();
        GC.SuppressFinalize(this);
    }
}
