using TpmHw.Transports.Usb;

namespace TpmHw.Transports.Tests.Usb;

public sealed class FtdiProbeTests
{
    [Fact]
    public void Probing_names_bridges_without_opening_any()
    {
        var bus = new ClosedBus(
            new UsbDeviceInfo(0x0403, 0x6014, "1-2") { Serial = "FT4ABCDE", Name = "C232HM-DDHSL-0" },
            new UsbDeviceInfo(0x0403, 0x6010, "1-3.1"),
            new UsbDeviceInfo(0x0403, 0x6001, "1-4") { Serial = "A500" }, // FT232R, a serial port
            new UsbDeviceInfo(0x365D, 0x1337, "1-5"));

        Assert.Equal(["spi-ftdi:serial=FT4ABCDE", "spi-ftdi:serial=1-3.1"], FtdiSpiTransport.Bridges(bus).Select(static b => b.ConnectionString));
        Assert.Empty(FtdiSpiTransport.Descriptor.FindCandidates());
        Assert.Empty(FtdiI2cTransport.Descriptor.FindCandidates());
    }

    private sealed class ClosedBus(params UsbDeviceInfo[] devices) : IUsbBus
    {
        public IReadOnlyList<UsbDeviceInfo> List() => devices;

        public IUsbPort Open(UsbDeviceInfo device, int interfaceNumber) => throw new InvalidOperationException("opened");

        public bool WaitForChange(TimeSpan time, CancellationToken cancellationToken) => false;
    }
}
