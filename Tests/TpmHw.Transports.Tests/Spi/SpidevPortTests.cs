using System.Runtime.InteropServices;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;
using TpmHw.Transports.Tests.Linux;

namespace TpmHw.Transports.Tests.Spi;

public sealed class SpidevPortTests : IDisposable
{
    private const string Node = "/dev/spidev0.1";

    private static readonly byte[] s_header = [0x80, 0xD4, 0, 0];

    private readonly Machine _machine = new();
    private readonly StrictChip _chip = new();
    private readonly KernelSpidev _kernel;

    public SpidevPortTests()
    {
        SpiRegisterBusTests.Fill(_chip);
        _kernel = new KernelSpidev(_chip);
    }

    [Fact]
    public void The_transfer_has_the_kernels_layout()
    {
        Assert.Equal(32, Marshal.SizeOf<SpiTransfer>());
        (string Field, int Offset)[] layout =
        [
            ("Output", 0), ("Input", 8), ("Length", 16), ("Speed", 20), ("DelayMicroseconds", 24), ("BitsPerWord", 26), ("ChangeChipSelect", 27),
            ("OutputWires", 28), ("InputWires", 29), ("WordDelayMicroseconds", 30), ("Padding", 31),
        ];
        Assert.All(layout, static f => Assert.Equal(f.Offset, (int)Marshal.OffsetOf<SpiTransfer>(f.Field)));
    }

    [Fact]
    public void Mode_bits_and_clock_are_set_and_read_back()
    {
        _kernel.Mode = 0x3;
        using ISpiPort port = Open(20_000_000);
        Assert.Equal((0u, (byte)8, 20_000_000u, 20_000_000), (_kernel.Mode, _kernel.Bits, _kernel.Speed, port.ClockHz));
        Assert.Equal(
            [SpidevAbi.ReadMode, SpidevAbi.WriteMode, SpidevAbi.ReadMode, SpidevAbi.WriteBits, SpidevAbi.ReadBits, SpidevAbi.WriteSpeed, SpidevAbi.ReadSpeed],
            _kernel.Requests);
        Assert.Equal("spidev:" + Node, port.Name);
    }

    [Fact]
    public void The_polarity_of_chip_select_stays_the_device_trees()
    {
        _kernel.Mode = 0x4;
        using ISpiPort port = Open();
        Assert.Equal(0x4u, _kernel.Mode);
    }

    [Fact]
    public void A_clock_that_the_controller_lowers_is_the_one_in_force()
    {
        _kernel.Limit = static hertz => Math.Min(hertz, 7_812_500);
        using ISpiPort port = Open();
        Assert.Equal(7_812_500, port.ClockHz);
        port.Exchange(s_header, new byte[4], hold: false); // the kernel's side checks the transfer's rate
    }

    [Fact]
    public void A_clock_that_the_controller_raises_is_an_error_that_says_so()
    {
        _kernel.Limit = static _ => 50_000_000;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal((TpmFault.NotSupported, "set 10000000 Hz, read back 50000000 Hz"), (error.Fault, error.Evidence));
    }

    [Fact]
    public void A_mode_that_did_not_take_is_an_error_that_says_so()
    {
        _kernel.DroppedMode = 0x40;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open(chipSelect: new TestLine()));
        Assert.Equal((TpmFault.NotSupported, "set 0x40, read back 0x0"), (error.Fault, error.Evidence));
    }

    [Theory]
    [InlineData(SpidevAbi.WriteMode, Errno.EINVAL, TpmFault.NotSupported)]
    [InlineData(SpidevAbi.WriteSpeed, Errno.EINVAL, TpmFault.NotSupported)]
    [InlineData(SpidevAbi.ReadMode, Errno.ENOTTY, TpmFault.NotFound)]
    [InlineData(SpidevAbi.Message1, Errno.EMSGSIZE, TpmFault.NotSupported)]
    [InlineData(SpidevAbi.Message1, Errno.ESHUTDOWN, TpmFault.Disconnected)]
    [InlineData(SpidevAbi.Message1, Errno.ETIMEDOUT, TpmFault.Timeout)]
    [InlineData(SpidevAbi.Message1, Errno.EIO, TpmFault.InputOutput)]
    public void An_error_of_the_kernel_is_told_with_its_number(uint request, object errno, TpmFault fault)
    {
        _kernel.Error = r => r == request ? (Errno)errno : default;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() =>
        {
            using ISpiPort port = Open();
            port.Exchange(new byte[4], new byte[4], hold: false);
        });
        Assert.Equal(fault, error.Fault);
        Assert.Contains($"{errno} (errno {(int)(Errno)errno})", error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void A_frame_that_is_too_long_names_the_modules_buffer()
    {
        _machine.Put("sys/module/spidev/parameters/bufsiz", "64");
        _kernel.Error = static r => r == SpidevAbi.Message1 ? Errno.EMSGSIZE : default;
        using ISpiPort port = Open();
        Assert.Contains("bufsiz is 64", Assert.Throws<TpmTransportException>(() => port.Exchange(new byte[68], new byte[68], false)).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_that_moves_too_little_is_an_error()
    {
        using ISpiPort port = Open();
        _kernel.Short = 1;
        Assert.Equal("3 of 4 bytes", Assert.Throws<TpmTransportException>(() => port.Exchange(s_header, new byte[4], hold: true)).Evidence);
        Assert.False(_chip.IsSelected);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    public void A_steady_chip_costs_one_system_call_per_frame(int waits, int calls)
    {
        _chip.Waits = (_, _) => waits;
        using var bus = new SpiRegisterBus(Open());
        for (int i = 0; i < 5; i++)
        {
            SpiRegisterBusTests.CheckAll(bus, _chip);
        }

        _kernel.Requests.Clear();
        Assert.Equal(0x04001890u, SpiRegisterBusTests.ReadSts(bus));
        SpiRegisterBusTests.Fifo(bus, _chip, read: false);
        Assert.Equal(2 * calls, _kernel.Requests.Count);
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void Waits_are_gone_through_with_chip_select_held_by_the_kernel()
    {
        _chip.Waits = static (_, _) => 3;
        using var bus = new SpiRegisterBus(Open(), SpiWaitMode.Poll);
        SpiRegisterBusTests.CheckAll(bus, _chip);
        Assert.Empty(_chip.Broken);
        Assert.False(_chip.IsSelected);
    }

    [Fact]
    public void A_frame_that_is_given_up_ends_with_a_message_without_bytes()
    {
        _chip.Waits = static (_, _) => -1;
        using var bus = new SpiRegisterBus(Open(), SpiWaitMode.Poll);
        Assert.Equal(TpmFault.Timeout, Assert.Throws<TpmTransportException>(() => SpiRegisterBusTests.ReadSts(bus)).Fault);
        Assert.False(_chip.IsSelected);
    }

    [Fact]
    public void Chip_select_is_held_without_any_bytes_to_wake_a_chip()
    {
        var line = new TestLine();
        using ISpiPort port = Open(chipSelect: line);
        port.Exchange([], [], hold: true);
        Assert.False(line.Level);
        port.Deselect();
        Assert.True(line.Level);
        Assert.Equal(1, line.Falls);
    }

    [Fact]
    public void Chip_select_on_a_gpio_line_frames_every_access()
    {
        var line = new TestLine();
        _chip.Waits = static (_, _) => 2;
        line.Changed = level =>
        {
            if (level)
            {
                _chip.Deselect();
            }
        };
        using (var bus = new SpiRegisterBus(Open(chipSelect: line), SpiWaitMode.Poll))
        {
            Assert.Equal(0x40u, _kernel.Mode);
            SpiRegisterBusTests.CheckAll(bus, _chip);
            Assert.Empty(_chip.Broken);
            Assert.True(line.Level);
            Assert.Equal(_chip.Frames, line.Falls);
            _chip.FailAt = 2;
            Assert.Throws<TpmTransportException>(() => SpiRegisterBusTests.ReadSts(bus));
            Assert.True(line.Level);
        }

        Assert.True(line.IsDisposed);
        Assert.True(_kernel.IsDisposed);
    }

    [Fact]
    public void A_missing_node_names_those_that_are_there()
    {
        _machine.Put("dev/spidev0.0", "");
        TpmTransportException error = NotOpened(Errno.ENOENT);
        Assert.Equal((TpmFault.NotFound, "there is spidev0.0"), (error.Fault, error.Evidence));
    }

    [Theory]
    [InlineData("proc/device-tree/model", "dtparam=spi=on")]
    [InlineData("sys/class/tpm/tpm0/dev", "device:/dev/tpmrm0")]
    [InlineData(".dockerenv", "--device")]
    [InlineData("etc/nothing", "modprobe spidev")]
    public void A_missing_node_gets_the_advice_that_fits_the_machine(string file, string advice)
    {
        _machine.Put(file, "Raspberry Pi 5 Model B");
        Assert.Contains(advice, NotOpened(Errno.ENOENT).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void No_rights_name_node_group_and_the_one_command()
    {
        _machine.Put("etc/passwd", "alice:x:1000:1000::/home/alice:/bin/sh");
        _machine.Put("etc/group", "root:x:0:\nspi:x:999:\nalice:x:1000:");
        _machine.Put("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t1000 ");
        TpmTransportException error = NotOpened(Errno.EACCES, new FileStatus { Group = 999, Mode = 0x21B0 });
        Assert.Equal("sudo usermod -aG spi alice\nThen log in again.", error.Advice);
        Assert.Contains("group spi, mode 0660; you are alice", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("KERNEL==\"spidev[0-9]*\"", NotOpened(Errno.EACCES, new FileStatus { Mode = 0x2180 }).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_is_one_programs_alone()
    {
        string path = Path.GetTempFileName();
        (var first, _) = Libc.OpenDevice(path);
        (var second, _) = Libc.OpenDevice(path);
        Assert.True(Libc.TryLock(first));
        Assert.False(Libc.TryLock(second));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => SpidevPort.Open(path));
        Assert.Equal(TpmFault.Busy, error.Fault);
        first.Dispose();
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => SpidevPort.Open(path)).Fault); // a file is no spidev node
        Assert.True(Libc.TryLock(second)); // the failed opening left nothing behind
        second.Dispose();
        File.Delete(path);
    }

    [Fact]
    public void What_is_not_there_is_not_found() =>
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => SpidevPort.Open("/dev/no-such-spidev0.0")).Fault);

    public void Dispose()
    {
        _machine.Dispose();
        _chip.Dispose();
        _kernel.Dispose();
    }

    private ISpiPort Open(int clockHz = SpidevPort.UsualClockHz, IGpioLine? chipSelect = null) =>
        SpidevPort.Open(Node, _kernel, clockHz, chipSelect, _machine.Host, _chip.Clock);

    private TpmTransportException NotOpened(Errno error, FileStatus? status = null) => SpidevError.NotOpened(Node, error, status, _machine.Host);
}

/// <summary>A line that nothing but the test is on.</summary>
internal sealed class TestLine : IGpioLine
{
    private bool _level = true;

    public Action<bool> Changed { get; set; } = static _ => { };

    public int Falls { get; private set; }

    public bool IsDisposed { get; private set; }

    public string Name => "test";

    public bool Level
    {
        get => _level;
        set
        {
            Falls += _level && !value ? 1 : 0;
            _level = value;
            Changed(value);
        }
    }

    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken) => false;

    public void Dispose() => IsDisposed = true;
}
