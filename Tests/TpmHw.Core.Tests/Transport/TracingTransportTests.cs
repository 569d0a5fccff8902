using Microsoft.Extensions.Logging;
using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

public sealed class TracingTransportTests
{
    private readonly ListLogger _log = new();

    [Fact]
    public void A_command_and_its_response_are_logged_with_stable_event_ids()
    {
        using var transport = new TracingTransport(new CannedTransport(), _log);

        transport.Send(Messages.Startup);

        Assert.Equal([1001, 1002, 1003, 1004], _log.Events.Select(e => e.Id.Id));
        Assert.Equal(["CommandSent", "CommandBytes", "ResponseReceived", "ResponseBytes"], _log.Events.Select(e => e.Id.Name));
        Assert.Equal([LogLevel.Debug, LogLevel.Trace, LogLevel.Debug, LogLevel.Trace], _log.Events.Select(e => e.Level));
        Assert.Equal("canned:1: TPM2_Startup, 12 bytes", _log.Events[0].Text);
        Assert.Equal("canned:1: > 80010000000c000001440000", _log.Events[1].Text);
        Assert.Matches(@"^canned:1: TPM2_Startup answered success after [0-9.]+ ms, 10 bytes$", _log.Events[2].Text);
        Assert.Equal("canned:1: < 80010000000a00000000", _log.Events[3].Text);
    }

    [Fact]
    public void An_error_of_the_TPM_is_a_response()
    {
        using var transport = new TracingTransport(new CannedTransport(Messages.Message(0x8001, 0x100)), _log);

        transport.Send(Messages.GetRandom8);

        Assert.Equal([1001, 1002, 1003, 1004], _log.Events.Select(e => e.Id.Id));
        Assert.Contains("TPM_RC_INITIALIZE (0x100)", _log.Events[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_logged_with_its_fault_and_passes_through_unchanged()
    {
        var failure = new TpmTransportException(TpmFault.Timeout, "No answer.");
        using var transport = new TracingTransport(new CannedTransport(_ => throw failure), _log);

        Assert.Same(failure, Assert.Throws<TpmTransportException>(() => transport.Send(Messages.GetRandom8)));

        Assert.Equal((LogLevel.Warning, 1005), (_log.Events[^1].Level, _log.Events[^1].Id.Id));
        Assert.EndsWith("Timeout", _log.Events[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_command_is_logged_as_such()
    {
        using var transport = new TracingTransport(new CannedTransport(), _log);

        Assert.Throws<OperationCanceledException>(() => transport.Send(Messages.GetRandom8, new CancellationToken(canceled: true)));

        Assert.Equal((LogLevel.Information, 1006), (_log.Events[^1].Level, _log.Events[^1].Id.Id));
    }

    [Fact]
    public void What_is_no_command_is_refused_before_anything_is_logged()
    {
        using var transport = new TracingTransport(new CannedTransport(), _log);

        Assert.Throws<ArgumentException>(() => transport.Send([0x80, 0x01]));
        Assert.Throws<ArgumentException>(() => transport.Transmit(Messages.Startup, new byte[10]));

        Assert.Empty(_log.Events);
    }

    [Fact]
    public void The_level_decides_what_is_logged()
    {
        var log = new ListLogger(LogLevel.Debug);
        using var transport = new TracingTransport(new CannedTransport(), log);

        transport.Send(Messages.Startup);

        Assert.Equal([1001, 1003], log.Events.Select(e => e.Id.Id));
    }

    [Fact]
    public void Nothing_is_allocated_while_nobody_reads_the_log()
    {
        using var transport = new TracingTransport(new CannedTransport(), new ListLogger(LogLevel.Warning));

        Assert.Equal(0, Allocations.PerCommand(transport, Messages.GetRandom8));
    }

    [Fact]
    public void Abilities_of_the_transport_below_are_found_and_it_is_disposed()
    {
        var inner = new CannedTransport();
        var transport = new TracingTransport(inner, _log);

        Assert.Same(inner, transport.FindAbility<ITpmLocality>());
        Assert.Same(inner.Info, transport.Info);
        transport.Dispose();
        Assert.True(inner.WasReleased);
    }
}
