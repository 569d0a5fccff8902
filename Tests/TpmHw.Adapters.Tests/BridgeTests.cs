using System.Device.Spi;
using TpmHw.Transports.IotBindings;

namespace TpmHw.Adapters.Tests;

/// <summary>What the bridges of Iot.Device.Bindings don't say by themselves.</summary>
public class BridgeTests
{
    [Theory]
    [InlineData(5, 5, false)]
    [InlineData(68, 68, false)]
    [InlineData(5, 0, true)]
    [InlineData(68, 40, true)]
    [InlineData(68, 64, true)]
    public void A_short_read_that_nobody_tells_of_is_an_error(int asked, int given, bool isError)
    {
        using var device = new WholeReadDevice(new ShortDevice(given));
        byte[] output = new byte[asked];
        byte[] input = new byte[asked];
        Assert.Equal(isError, Record.Exception(() => device.TransferFullDuplex(output, input)) is IOException);
        Assert.Equal(isError, Record.Exception(() => device.Read(input)) is IOException);
    }

    [Fact]
    public void A_missing_library_is_told_as_that()
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Bridges.Open<int>("FT4222", () => throw new DllNotFoundException("ftd2xx")));
        Assert.Equal((TpmFault.NotFound, "ftd2xx"), (error.Fault, error.Evidence));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void A_bridge_that_is_not_there_is_not_found(int index)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Bridges.Open("FT232H", () => Bridges.Pick(["a", "b"], index)));
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains("There are 2", error.Evidence, StringComparison.Ordinal);
    }

    private sealed class ShortDevice(int given) : SpiDevice
    {
        public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 1);

        public override void Read(Span<byte> buffer) => buffer[..Math.Min(given, buffer.Length)].Clear();

        public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

        public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Read(readBuffer);
    }
}
