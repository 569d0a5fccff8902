using System.Diagnostics;
using TpmHw.Testing;

namespace TpmHw.Tbs.Tests;

public sealed class CancelTests(TbsBench bench) : TbsTestBase(bench)
{
    private const int Never = 60_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task Windows_ends_the_command(int lateMilliseconds)
    {
        using ITpmTransport transport = Open("tbs");
        Double.Delay(Never);
        Double.OnCancel(CancelEnding.WithResult, lateMilliseconds);

        await Cancelled(transport);

        Assert.Equal(0u, Double.Seen(DoubleSeen.Executed));
        AssertWorks(transport);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task The_tpm_ends_the_command(int lateMilliseconds)
    {
        using ITpmTransport transport = Open("tbs");
        Double.Delay(Never);
        Double.OnCancel(CancelEnding.WithResponse, lateMilliseconds);

        await Cancelled(transport);

        AssertWorks(transport);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task The_command_had_finished_and_its_response_is_given(int lateMilliseconds)
    {
        using ITpmTransport transport = Open("tbs");
        using var cancel = new CancellationTokenSource();
        Double.Delay(Never);
        Double.OnCancel(CancelEnding.Well, lateMilliseconds);
        Task<uint> running = Task.Factory.StartNew(() => Random(transport, cancel.Token), TaskCreationOptions.LongRunning);
        WaitUntilWaiting();

        await cancel.CancelAsync();

        Assert.Equal(0u, await running.WaitAsync(s_patience));
        Assert.Equal(1u, Double.Seen(DoubleSeen.Executed));
        AssertWorks(transport);
    }

    [Fact]
    public async Task Windows_is_asked_until_it_hears()
    {
        using ITpmTransport transport = Open("tbs");
        Double.Delay(Never);
        Double.OnCancel(CancelEnding.WithResult, deaf: 3);

        await Cancelled(transport);

        Assert.Equal(4u, Double.Seen(DoubleSeen.Cancels));
        AssertWorks(transport);
        Thread.Sleep(120);
        Assert.Equal(4u, Double.Seen(DoubleSeen.Cancels)); // the next command was not asked to end
    }

    [Fact]
    public async Task Another_transports_command_goes_on()
    {
        using ITpmTransport one = Open("tbs");
        using ITpmTransport other = Open("tbs");
        Double.Delay(400);
        Task<uint> waiting = Task.Factory.StartNew(() => Random(other), TaskCreationOptions.LongRunning);

        await Cancelled(one);

        Assert.Equal(0u, await waiting.WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_cancel_that_windows_refuses_leaves_the_command_to_its_end()
    {
        using ITpmTransport transport = Open("tbs");
        using var cancel = new CancellationTokenSource(20);
        Double.Delay(200);
        Double.Fail(DoubleFunction.Cancel, 0x80284001, times: -1);

        Assert.Equal(0u, await Task.Factory.StartNew(() => Random(transport, cancel.Token), TaskCreationOptions.LongRunning).WaitAsync(s_patience));

        Assert.True(Double.Seen(DoubleSeen.Cancels) > 1);
        AssertWorks(transport);
    }

    [Theory]
    [InlineData((int)CancelEnding.WithResult)]
    [InlineData((int)CancelEnding.WithResponse)]
    public void The_deadline_ends_a_command_as_the_caller_would(int ending)
    {
        using ITpmTransport transport = Open("tbs:timeout=60");
        Double.Delay(Never);
        Double.OnCancel((CancelEnding)ending);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Contains("of 60 ms", error.Evidence, StringComparison.Ordinal);
        AssertWorks(transport);
    }

    [Fact]
    public void A_command_that_windows_ends_for_its_own_reasons_is_no_cancellation()
    {
        using ITpmTransport transport = Open("tbs");
        Double.Fail(DoubleFunction.Submit, TbsError.CommandCanceled);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(TpmFault.Aborted, error.Fault);
        Assert.Contains("sleep", error.Advice, StringComparison.Ordinal);
        AssertWorks(transport);
    }

    [Fact]
    public async Task Disposing_ends_a_command_and_closes_the_context()
    {
        ITpmTransport transport = Open("tbs");
        Double.Delay(Never);
        Task<Exception?> running = OnItsOwnThread(() => Random(transport));
        WaitUntilWaiting();

        transport.Dispose();

        Assert.IsType<ObjectDisposedException>(await running.WaitAsync(s_patience));
        Assert.Equal(0u, Double.Seen(DoubleSeen.OpenContexts));
    }

    private async Task Cancelled(ITpmTransport transport)
    {
        using var cancel = new CancellationTokenSource();
        uint before = Double.Seen(DoubleSeen.Waiting);
        Task<Exception?> running = OnItsOwnThread(() => Random(transport, cancel.Token));
        WaitUntilWaiting(before + 1);

        await cancel.CancelAsync();

        OperationCanceledException ending = Assert.IsAssignableFrom<OperationCanceledException>(await running.WaitAsync(s_patience));
        Assert.Equal(cancel.Token, ending.CancellationToken);
    }

    private void WaitUntilWaiting(uint commands = 1)
    {
        long start = Stopwatch.GetTimestamp();
        while (Double.Seen(DoubleSeen.Waiting) < commands)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, "The command did not get to the double.");
            Thread.Sleep(1);
        }
    }

    private void AssertWorks(ITpmTransport transport)
    {
        Double.Delay(0);
        Assert.Equal(0u, Random(transport));
    }

    private static Task<Exception?> OnItsOwnThread(Action action) =>
        Task.Factory.StartNew<Exception?>(() => Record.Exception(action), TaskCreationOptions.LongRunning);
}
