using LibUsbDotNet;
using LibUsbDotNet.LibUsb;
using TpmHw.Simulation;
using TpmHw.Transports.LibUsbDotNet;
using TpmHw.Transports.Usb;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>LibUsbDotNet's traps. One class, since the time of control transfers is one for the process.</summary>
public sealed class LibUsbDotNetTests : IDisposable
{
    private const byte Out = 0x02, In = 0x81;

    private static readonly TimeSpan s_time = TimeSpan.FromMilliseconds(250);

    private readonly FakeContext _context = new() { Devices = { new FakeDevice() } };
    private readonly VirtualClock _clock = new();

    private FakeDevice Device => _context.Devices[0];

    [Fact]
    public void A_device_is_listed_with_what_can_be_read_of_it_and_left_closed()
    {
        UsbDeviceInfo device = Assert.Single(new LibUsbDotNetBus(_context, _clock).List());
        Assert.Equal(new UsbDeviceInfo(0x0403, 0x6014, "1-2.3") { Serial = "FT123", Name = "Single RS232-HS" }, device);
        Assert.False(Device.IsOpen);
    }

    [Fact]
    public void A_device_that_may_not_be_opened_is_listed_too()
    {
        Device.OpenAnswer = Error.Access;
        Assert.Null(Assert.Single(new LibUsbDotNetBus(_context, _clock).List()).Serial);
    }

    [Theory]
    [InlineData(Error.Access, Error.Success, TpmFault.AccessDenied)]
    [InlineData(Error.NoDevice, Error.Success, TpmFault.Disconnected)]
    [InlineData(Error.NotSupported, Error.Success, TpmFault.NotSupported)]
    [InlineData(Error.Success, Error.Busy, TpmFault.Busy)]
    [InlineData(Error.Io, Error.Success, TpmFault.InputOutput)]
    public void A_device_that_can_not_be_opened_says_why_and_what_to_do(Error open, Error claim, TpmFault fault)
    {
        FakeDevice device = Device;
        (device.OpenAnswer, device.ClaimAnswer) = (open, claim);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal(fault, error.Fault);
        Assert.NotEmpty(error.Advice);
        Assert.Contains("0403:6014", error.Message, StringComparison.Ordinal);
        Assert.True(device.IsDisposed);
    }

    [Fact]
    public void A_device_that_was_unplugged_meanwhile_is_not_found()
    {
        var bus = new LibUsbDotNetBus(_context, _clock);
        UsbDeviceInfo device = bus.List()[0];
        _context.Devices.Clear();
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => bus.Open(device, 0)).Fault);
    }

    [Fact]
    public void Transfers_have_their_own_times()
    {
        using IUsbPort port = Open();
        int before = UsbDevice.ControlTransferTimeout;
        byte[] data = [7, 8];
        Assert.Equal(UsbOutcome.Done, port.Control(new UsbSetup(0x40, 9, 0xFFFE, 0x8001), data, s_time, out int sent));
        Assert.Equal(UsbOutcome.Done, port.Control(new UsbSetup(0xC0, 5, 0, 1), data, TimeSpan.Zero, out int got));
        Assert.Equal(UsbOutcome.Done, port.Write(Out, [1, 2], TimeSpan.FromMicroseconds(10), out int written));
        Assert.Equal(UsbOutcome.Done, port.Read(In, new byte[64], s_time, out int read));
        Assert.Equal((2, 2, 2, 3), (sent, got, written, read));
        Assert.Equal([1, 2], data);
        Assert.Equal(before, UsbDevice.ControlTransferTimeout);
        Assert.Equal(
            ["claim 1", "control 40 09 FFFE 8001 0708/2 250 ms", "control C0 05 0000 0001 /2 1 ms", "write 02 0102 1 ms", "read 81 64 250 ms"],
            Device.Log);
    }

    [Fact]
    public void A_long_control_transfer_goes_whole()
    {
        using IUsbPort port = Open();
        Device.Data = [.. Enumerable.Range(0, 300).Select(static i => (byte)i)];
        byte[] data = new byte[300];
        port.Control(new UsbSetup(0xC0, 1, 0, 0), data, s_time, out int got);
        Assert.Equal(300, got);
        Assert.Equal(Device.Data, data);
    }

    [Theory]
    [InlineData(Error.Pipe, UsbOutcome.Stalled)]
    [InlineData(Error.Timeout, UsbOutcome.TimedOut)]
    public void What_protocols_reckon_with_is_an_outcome(Error error, UsbOutcome outcome)
    {
        using IUsbPort port = Open();
        foreach (Func<UsbOutcome> transfer in Transfers(port))
        {
            Device.Answers.Enqueue(error);
            Assert.Equal(outcome, transfer());
        }
    }

    [Theory]
    [InlineData(Error.NoDevice, TpmFault.Disconnected)]
    [InlineData(Error.Io, TpmFault.InputOutput)]
    [InlineData(Error.Access, TpmFault.AccessDenied)]
    public void Anything_else_is_an_exception_at_once(Error error, TpmFault fault)
    {
        using IUsbPort port = Open();
        foreach (Func<UsbOutcome> transfer in Transfers(port))
        {
            Device.Answers.Enqueue(error);
            TpmTransportException e = Assert.Throws<TpmTransportException>(() => transfer());
            Assert.Equal(fault, e.Fault);
            Assert.NotEmpty(e.Advice);
        }
    }

    [Fact]
    public void A_stall_is_taken_off_the_endpoint_that_it_is_on()
    {
        Device.Open();
        var cleared = new List<UsbEndpointBase>();
        using var port = new LibUsbDotNetPort(Device, new UsbDeviceInfo(1, 2, "1-1"), 0, _clock, endpoint =>
        {
            cleared.Add(endpoint);
            return cleared.Count == 1 ? Error.Success : Error.NoDevice;
        });
        port.ClearHalt(In);
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => port.ClearHalt(Out)).Fault);
        Assert.IsAssignableFrom<UsbEndpointReader>(cleared[0]);
        Assert.IsAssignableFrom<UsbEndpointWriter>(cleared[1]);
    }

    [Fact]
    public void A_device_that_comes_back_from_a_reset_as_another_has_gone()
    {
        using IUsbPort port = Open();
        port.Reset();
        Device.Answers.Enqueue(Error.NotFound);
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(port.Reset).Fault);
    }

    [Fact]
    public void Closing_gives_everything_back_and_forgives_a_device_that_has_gone()
    {
        FakeDevice device = Device;
        Open().Dispose();
        Assert.Equal("release 1", device.Log[^1]);
        Assert.Equal((true, false), (device.IsDisposed, device.IsOpen));
        IUsbPort port = Open();
        device.Answers.Enqueue(Error.NoDevice);
        port.Dispose();
    }

    [Fact]
    public void A_device_that_comes_or_goes_is_noticed()
    {
        var bus = new LibUsbDotNetBus(_context, _clock);
        Assert.False(bus.WaitForChange(TimeSpan.FromSeconds(2), default));
        Assert.Equal(TimeSpan.FromSeconds(2), _clock.Now);
        int looks = 0;
        _context.Listed = () =>
        {
            if (++looks == 3)
            {
                _context.Devices.Add(new FakeDevice { ProductId = 0x6010 });
            }
        };
        Assert.True(bus.WaitForChange(TimeSpan.FromSeconds(2), default));
    }

    public void Dispose() => _context.Dispose();

    private static IEnumerable<Func<UsbOutcome>> Transfers(IUsbPort port) =>
    [
        () => port.Control(new UsbSetup(0x40, 1, 0, 0), [], s_time, out _),
        () => port.Write(Out, [1], s_time, out _),
        () => port.Read(In, new byte[8], s_time, out _),
    ];

    private IUsbPort Open()
    {
        var bus = new LibUsbDotNetBus(_context, _clock);
        return bus.Open(bus.List()[0], 1);
    }
}
