using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

public class TpmTransportTests
{
    [Fact]
    public async Task Nothing_is_released_before_the_interruption_of_its_last_command_is_over()
    {
        var transport = new Interrupted();
        transport.Command = Task.Run(() => Assert.ThrowsAny<Exception>(() => transport.Transmit([0x80, 0x01, 0, 0, 0, 10, 0, 0, 1, 0x7B], new byte[TpmTransportInfo.UsualSize])));
        transport.Runs.Wait();
        transport.Dispose();
        await transport.Command;
        Assert.False(transport.WasReleasedTooSoon);
        Assert.True(transport.WasReleased);
    }

    /// <summary>A transport whose command ends, and has left, while it is still being interrupted.</summary>
    private sealed class Interrupted : TpmTransport
    {
        private readonly ManualResetEventSlim _end = new();

        public override TpmTransportInfo Info { get; } = new() { Kind = "test", Name = "test" };

        public Task? Command { get; set; }

        public ManualResetEventSlim Runs { get; } = new();

        public bool WasReleased { get; private set; }

        public bool WasReleasedTooSoon { get; private set; }

        protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
        {
            Runs.Set();
            _end.Wait(CancellationToken.None);
            throw new IOException();
        }

        protected override void Recover(CancellationToken cancellationToken)
        {
        }

        protected override void Interrupt()
        {
            _end.Set();
            Command!.Wait(CancellationToken.None);
            WasReleasedTooSoon = WasReleased;
        }

        protected override void Release() => WasReleased = true;
    }
}
