using TpmHw.Transport;

namespace TpmHw.Cli.Tests;

public sealed class InterruptTests
{
    [Fact]
    public async Task An_interrupt_cancels_the_tpms_command()
    {
        using var transport = new WaitingTransport();
        Task<CliRun> run = Task.Run(() => CliRun.Of(["getrandom", "8", "--tpm", "wait"], new MemoryStream(), transport: Descriptor(transport), interrupt: transport.Started));

        Assert.Equal(130, (await run).ExitCode);
        Assert.True(transport.WasCancelled);
        Assert.Contains("Interrupted", (await run).ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_a_pipe_that_waits_for_a_command()
    {
        using var transport = new WaitingTransport();
        using var input = new EndlessStream();
        Task<CliRun> run = Task.Run(() => CliRun.Of(["pipe", "--tpm", "wait"], input, transport: Descriptor(transport), interrupt: input.Waiting));

        Assert.Equal(130, (await run).ExitCode);
    }

    private static TransportDescriptor Descriptor(ITpmTransport transport) => new()
    {
        Name = "wait",
        Summary = "for tests",
        Example = "wait",
        Open = _ => transport,
    };

    /// <summary>A TPM that works on a command until it is told to stop.</summary>
    private sealed class WaitingTransport : ITpmTransport
    {
        public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasCancelled { get; private set; }

        public TpmTransportInfo Info { get; } = new() { Kind = "wait", Name = "wait", CrossesWire = false };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            Started.TrySetResult();
            WasCancelled = cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(30));
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException();
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A stream from which nothing ever comes.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        private readonly ManualResetEventSlim _end = new();

        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            Waiting.TrySetResult();
            _end.Wait(TimeSpan.FromSeconds(30));
            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            _end.Set();
            base.Dispose(disposing);
        }
    }
}
