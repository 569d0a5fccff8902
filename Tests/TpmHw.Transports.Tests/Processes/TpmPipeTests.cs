using TpmHw.Testing;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Processes;

public sealed class TpmPipeTests : IDisposable
{
    private readonly ITpmTransport _tpm = TransportCatalog.Default.Open("libtpms");
    private readonly MemoryStream _output = new();

    [Fact]
    public void Commands_are_answered_in_order_until_the_stream_ends()
    {
        TpmPipe.Serve(_tpm, Input(RawCommands.Startup(TpmFamily.Tpm20), RawCommands.GetRandom(TpmFamily.Tpm20, 7), RawCommands.GetRandom(TpmFamily.Tpm20, 9)), _output);
        Assert.Equal([10u, 12 + 7, 12 + 9], Answers().Select(a => a.TotalSize));
    }

    [Fact]
    public void A_stream_without_a_command_ends_well()
    {
        TpmPipe.Serve(_tpm, Input(), _output);
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public void Bytes_may_come_one_by_one()
    {
        TpmPipe.Serve(_tpm, new Trickle(RawCommands.Startup(TpmFamily.Tpm20)), _output);
        Assert.Equal(0u, Assert.Single(Answers()).Code);
    }

    [Theory]
    [InlineData(4097, 0x8001, 0x142u)]
    [InlineData(65536, 0x8002, 0x142u)]
    [InlineData(4097, 0x00C1, 25u)]
    public void A_command_too_long_is_refused_and_the_next_one_served(int size, int tag, uint code)
    {
        byte[] tooLong = new byte[size];
        new TpmHeader((ushort)tag, (uint)size, 0x17B).Write(tooLong);
        TpmPipe.Serve(_tpm, Input(tooLong, RawCommands.Startup(TpmFamily.Tpm20)), _output);
        Assert.Equal([code, 0u], Answers().Select(a => a.Code));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(9u)]
    [InlineData(65537u)]
    [InlineData(uint.MaxValue)]
    public void A_size_that_can_not_be_true_is_refused_and_ends_it(uint size)
    {
        Stream input = Input(RawCommands.WithSize(RawCommands.GetRandom(TpmFamily.Tpm20, 8), size));
        Assert.Equal(TpmFault.ProtocolViolation, Assert.Throws<TpmTransportException>(() => TpmPipe.Serve(_tpm, input, _output)).Fault);
        Assert.Equal(0x142u, Assert.Single(Answers()).Code);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(11)]
    public void An_end_inside_a_command_is_told(int length)
    {
        Stream input = Input(RawCommands.GetRandom(TpmFamily.Tpm20, 8)[..length]);
        Assert.Equal(TpmFault.Truncated, Assert.Throws<TpmTransportException>(() => TpmPipe.Serve(_tpm, input, _output)).Fault);
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public void A_failure_of_the_way_to_the_tpm_is_the_servers_to_report()
    {
        var failure = new TpmTransportException(TpmFault.Disconnected, "gone");
        using var broken = new Broken(failure);
        Assert.Same(failure, Assert.Throws<TpmTransportException>(() => TpmPipe.Serve(broken, Input(RawCommands.Startup(TpmFamily.Tpm20)), _output)));
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public void Cancelling_ends_it_before_the_next_command()
    {
        Stream input = Input(RawCommands.Startup(TpmFamily.Tpm20));
        Assert.ThrowsAny<OperationCanceledException>(() => TpmPipe.Serve(_tpm, input, _output, new CancellationToken(canceled: true)));
        Assert.Equal(0, _output.Length);
    }

    public void Dispose() => _tpm.Dispose();

    private static MemoryStream Input(params byte[][] commands) => new([.. commands.SelectMany(c => c)]);

    private IEnumerable<TpmHeader> Answers()
    {
        byte[] all = _output.ToArray();
        for (int position = 0; position < all.Length;)
        {
            TpmHeader header = TpmHeader.Read(all.AsSpan(position));
            position += (int)header.TotalSize;
            Assert.True(position <= all.Length);
            yield return header;
        }
    }

    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }

    private sealed class Broken(Exception failure) : ITpmTransport
    {
        public TpmTransportInfo Info { get; } = new() { Kind = "broken", Name = "broken" };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) => throw failure;

        public void Dispose()
        {
        }
    }
}
