using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Tests.Linux;
using TpmHw.Transports.Tests.Spi;

namespace TpmHw.Transports.Tests.Gpio;

public sealed class GpioLineTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly TestClock _clock = new();
    private readonly KernelGpio _kernel = new("ID_SDA", "", "GPIO24", "GPIO25");

    public void Dispose()
    {
        _machine.Dispose();
        _kernel.Dispose();
    }

    [Fact]
    public void Structures_have_the_kernels_layout()
    {
        Assert.Equal((68, 256, 592, 16), (Unsafe.SizeOf<GpioChipInfo>(), Unsafe.SizeOf<GpioLineInfo>(), Unsafe.SizeOf<GpioLineRequest>(), Unsafe.SizeOf<GpioValues>()));
        Assert.Equal(64, (int)Marshal.OffsetOf<GpioChipInfo>(nameof(GpioChipInfo.Lines)));
        Assert.Equal(8, (int)Marshal.OffsetOf<GpioValues>(nameof(GpioValues.Mask)));
    }

    [Fact]
    public void An_output_starts_high_and_follows_its_level()
    {
        using GpioLine line = Request(2, GpioDirection.OutputHigh);
        Assert.Equal("gpiochip0/2", line.Name);
        Assert.Equal((2u, GpioFlags.Output, "tpmhw"), (_kernel.Request.Offset, _kernel.Request.Flags, _kernel.Request.Consumer.ToString()));
        Assert.True(_kernel.Line.Level);
        line.Level = false;
        Assert.False(_kernel.Line.Level);
        Assert.False(line.Level);
        line.Level = true;
        Assert.True(line.Level);
    }

    [Fact]
    public void An_input_has_a_pull_up_and_reports_falls()
    {
        using GpioLine line = Request(3, GpioDirection.InputFalling);
        Assert.Equal(GpioFlags.Input | GpioFlags.EdgeFalling | GpioFlags.PullUp, _kernel.Request.Flags);
        _kernel.Line.Edges = 3;
        Assert.True(line.WaitForFall(TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.Equal(3 * 48, _kernel.Line.ReadSize); // edges that are already there don't end the next wait
        _kernel.Line.Waiting = ms => _clock.Advance(TimeSpan.FromMilliseconds(ms));
        Assert.False(line.WaitForFall(TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.Equal(TimeSpan.FromSeconds(1), _clock.Now);
    }

    [Fact]
    public void A_chip_without_pull_ups_gives_the_line_without()
    {
        _kernel.HasPullUps = false;
        using GpioLine line = Request(3, GpioDirection.InputFalling);
        Assert.Equal(GpioFlags.Input | GpioFlags.EdgeFalling, _kernel.Request.Flags);
    }

    [Fact]
    public void A_wait_ends_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        using GpioLine line = Request(3, GpioDirection.InputFalling);
        _kernel.Line.Waiting = _ => source.Cancel();
        Assert.Throws<OperationCanceledException>(() => line.WaitForFall(TimeSpan.FromSeconds(1), source.Token));
        Assert.Equal(DeviceEvents.None, _kernel.Line.Wait(0)); // and nothing of it is left for the next one
    }

    [Fact]
    public void A_line_that_goes_away_is_told()
    {
        using GpioLine line = Request(3, GpioDirection.InputFalling);
        _kernel.Line.IsGone = true;
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => line.WaitForFall(TimeSpan.FromSeconds(1), default)).Fault);
        _kernel.Line.Error = Errno.ENODEV;
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => line.Level).Fault);
    }

    [Fact]
    public void A_line_in_use_names_its_user()
    {
        _kernel.Taken[2] = "spi0 CS1";
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Request(2, GpioDirection.OutputHigh));
        Assert.Equal((TpmFault.Busy, "held by 'spi0 CS1'"), (error.Fault, error.Evidence));
    }

    [Fact]
    public void A_line_that_the_chip_does_not_have_is_refused() =>
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => Request(4, GpioDirection.OutputHigh)).Fault);

    [Theory]
    [InlineData("gpiochip0/24", "/dev/gpiochip0", 24)]
    [InlineData("/dev/gpiochip4/0", "/dev/gpiochip4", 0)]
    [InlineData("/dev/gpio/by-label/3", "/dev/gpio/by-label", 3)]
    public void An_address_is_a_chip_and_a_number(string name, string chip, uint line) =>
        Assert.Equal(new GpioAddress(chip, line), Parse(name));

    [Fact]
    public void A_lines_name_is_looked_for_on_every_chip()
    {
        _machine.Put("dev/gpiochip0", "");
        Assert.Equal(new GpioAddress("/dev/gpiochip0", 3), Parse("GPIO25"));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Parse("GPIO26"));
        Assert.Equal((TpmFault.NotFound, "looked at gpiochip0"), (error.Fault, error.Evidence));
        Assert.True(_kernel.IsDisposed);
    }

    [Theory]
    [InlineData("gpiochip0/")]
    [InlineData("gpiochip0/x")]
    [InlineData("gpiochip0/-1")]
    public void What_is_neither_is_refused(string name) =>
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => Parse(name)).Fault);

    [Fact]
    public void A_chip_that_is_not_there_is_not_found() =>
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => GpioLine.Open("gpiochip4711/1", GpioDirection.OutputHigh)).Fault);

    [Fact]
    public void A_device_that_is_no_chip_is_told() =>
        Assert.Equal("null/1 is no GPIO chip.", Assert.Throws<TpmTransportException>(() => GpioLine.Open("/dev/null/1", GpioDirection.OutputHigh)).Message);

    private GpioLine Request(uint line, GpioDirection direction) => GpioLine.Request(_kernel, new GpioAddress("/dev/gpiochip0", line), direction, _clock);

    private GpioAddress Parse(string name) => GpioAddress.Parse(name, _ => _kernel, _machine.Host);
}
