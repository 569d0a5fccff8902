using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

public sealed class PcapTransportTests : IDisposable
{
    private const string Host = "192.0.2.1:50000";
    private const string Tpm = "192.0.2.2:2321";

    private readonly MemoryStream _stream = new();

    public void Dispose() => _stream.Dispose();

    [Fact]
    public void A_capture_is_a_TCP_connection_from_handshake_to_close()
    {
        byte[] response = Messages.Message(0x8001, 0, "0008 0102030405060708");
        using (var transport = new PcapTransport(new CannedTransport(response), _stream, leaveOpen: true, new StepTime()))
        {
            transport.Send(Messages.GetRandom8);
        }

        List<CapturedSegment> segments = CaptureReader.Read(_stream.ToArray(), out string name);

        Assert.Equal("canned:1", name);
        Assert.Equal([0x02, 0x12, 0x10, 0x18, 0x18, 0x11, 0x11, 0x10], segments.Select(s => (int)s.Flags));
        Assert.Equal([Host, Tpm, Host, Host, Tpm, Host, Tpm, Host], segments.Select(s => s.From));
        Assert.Equal(Messages.GetRandom8, segments[3].Payload);
        Assert.Equal(response, segments[4].Payload);
        Assert.All(segments, s => Assert.Null(s.Comment));
        Assert.Equal([0, 250, 500, 750], new[] { 0, 3, 4, 5 }.Select(i => (segments[i].Time - new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)).TotalMilliseconds));
    }

    [Fact]
    public void Each_exchange_is_in_the_file_before_the_next_one_is_sent()
    {
        using var file = new TempFile();
        using var transport = new PcapTransport(new CannedTransport(), file.Path);
        for (int i = 1; i <= 3; i++)
        {
            transport.Send(Messages.Startup);
            using var reader = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] soFar = new byte[reader.Length];
            reader.ReadExactly(soFar);
            Assert.Equal(2 * i, CaptureReader.Read(soFar, out _).Count(s => s.Payload.Length > 0));
        }
    }

    [Fact]
    public void A_failure_and_a_cancellation_are_comments_and_the_connection_goes_on()
    {
        Queue<Exception?> outcomes = new([new TpmTransportException(TpmFault.Timeout, "No answer."), new OperationCanceledException(), null]);
        var inner = new CannedTransport(_ => outcomes.Dequeue() is { } e ? throw e : CannedTransport.Success);
        using (var transport = new PcapTransport(inner, _stream, leaveOpen: true))
        {
            Assert.Throws<TpmTransportException>(() => transport.Send(Messages.GetRandom8));
            Assert.Throws<OperationCanceledException>(() => transport.Send(Messages.GetRandom8));
            transport.Send(Messages.GetRandom8);
        }

        List<CapturedSegment> segments = CaptureReader.Read(_stream.ToArray(), out _);
        Assert.Equal([null, "Timeout: No answer.", null, "cancelled", null, null], segments[3..9].Select(s => s.Comment));
        Assert.Equal([12, 0, 12, 0, 12, 10], segments[3..9].Select(s => s.Payload.Length));
    }

    [Fact]
    public void A_message_longer_than_an_IPv4_packet_takes_two()
    {
        byte[] response = new byte[70_000];
        new Wire.TpmHeader(0x8001, (uint)response.Length, 0).Write(response);
        using (var transport = new PcapTransport(new LargeTransport(response), _stream, leaveOpen: true))
        {
            transport.Send(Messages.GetRandom8);
        }

        List<CapturedSegment> segments = CaptureReader.Read(_stream.ToArray(), out _);
        Assert.Equal(response, segments.Where(s => s.From == Tpm).SelectMany(s => s.Payload));
    }

    [Fact]
    public void Any_length_odd_or_even_has_the_right_checksum()
    {
        for (int size = 10; size < 80; size++)
        {
            byte[] response = new byte[size];
            new Random(size).NextBytes(response);
            new Wire.TpmHeader(0x8001, (uint)size, 0).Write(response);
            var stream = new MemoryStream();
            using (var transport = new PcapTransport(new CannedTransport(response), stream, leaveOpen: true))
            {
                transport.Send(Messages.GetRandom8);
                transport.Send(Messages.GetRandom8);
            }

            Assert.Equal(2, CaptureReader.Read(stream.ToArray(), out _).Count(s => s.Payload.AsSpan().SequenceEqual(response)));
        }
    }

    [Fact]
    public void A_full_disk_ends_the_capture_and_not_the_work()
    {
        using var transport = new PcapTransport(new CannedTransport(), new FullStream(400), leaveOpen: true);
        Assert.Null(transport.CaptureError);

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(CannedTransport.Success, transport.Send(Messages.GetRandom8));
        }

        Assert.Equal("No space left on device", Assert.IsType<IOException>(transport.CaptureError).Message);
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_a_typed_error()
    {
        using var inner = new CannedTransport();

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => new PcapTransport(inner, "/nonexistent/folder/x.pcapng"));

        Assert.Contains("/nonexistent/folder/x.pcapng", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Capturing_allocates_nothing()
    {
        using var transport = new PcapTransport(new CannedTransport(), Stream.Null);

        Assert.Equal(0, Allocations.PerCommand(transport, Messages.GetRandom8));
    }

    [Fact]
    public void Abilities_of_the_transport_below_are_found_and_it_is_disposed_once()
    {
        var inner = new CannedTransport();
        var transport = new PcapTransport(inner, Stream.Null);

        Assert.Same(inner, transport.FindAbility<ITpmLocality>());
        transport.Dispose();
        transport.Dispose();
        Assert.True(inner.WasReleased);
        Assert.Throws<ObjectDisposedException>(() => transport.Send(Messages.Startup));
    }

    private sealed class LargeTransport(byte[] response) : ITpmTransport
    {
        public TpmTransportInfo Info { get; } = new() { Kind = "large", Name = "large", MaxResponseSize = 100_000 };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> destination, CancellationToken cancellationToken = default)
        {
            response.CopyTo(destination);
            return response.Length;
        }

        public void Dispose()
        {
        }
    }

    private sealed class FullStream(int room) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > room)
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer);
        }
    }
}
