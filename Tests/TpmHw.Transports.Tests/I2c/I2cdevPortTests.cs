using System.Runtime.InteropServices;
using TpmHw.Testing;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Tests.Linux;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

public sealed class I2cdevPortTests : IDisposable
{
    private const string Node = "/dev/i2c-1";
    private const byte Address = 0x2E;

    private readonly Machine _machine = new();
    private readonly PtpChip _chip = new(new FifoFake(FifoFakes.Answer(44))) { MaxTransfer = 8192 };
    private readonly KernelI2c _kernel;

    public I2cdevPortTests() => _kernel = new KernelI2c(_chip, Address);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void The_structures_have_the_kernels_layout()
    {
        int pointer = IntPtr.Size;
        Assert.Equal(8 + pointer, Marshal.SizeOf<I2cMessage>());
        Assert.Equal(2 * pointer, Marshal.SizeOf<I2cMessages>());
        (string Field, int Offset)[] layout = [("Address", 0), ("Flags", 2), ("Length", 4), ("Data", 8)];
        Assert.All(layout, static f => Assert.Equal(f.Offset, (int)Marshal.OffsetOf<I2cMessage>(f.Field)));
        Assert.Equal(pointer, (int)Marshal.OffsetOf<I2cMessages>("Count"));
        Assert.Equal(32, Marshal.SizeOf<LockRange>());
        Assert.Equal((8, 16, 24), ((int)Marshal.OffsetOf<LockRange>("Start"), (int)Marshal.OffsetOf<LockRange>("Length"), (int)Marshal.OffsetOf<LockRange>("Process")));
    }

    [Fact]
    public void Opening_asks_what_the_controller_can_do_and_for_the_address()
    {
        using (I2cdevPort port = Open())
        {
            Assert.Equal([0x0705u, 0x0703u], _kernel.Requests);
            Assert.Equal((nuint)Address, _kernel.Slave);
            Assert.Equal(("i2cdev:/dev/i2c-1 at 0x2E", true, 8192), (port.Name, port.CanCombine, port.MaxTransfer));
        }

        Assert.True(_kernel.IsDisposed);
    }

    [Fact]
    public void A_message_is_one_system_call_with_or_without_a_repeated_start()
    {
        using I2cdevPort port = Open();
        byte[] didVid = new byte[4];
        _kernel.Requests.Clear();
        Assert.True(port.Write([0x48]));
        Assert.True(port.Read(didVid));
        Assert.Equal("D1151D00", Convert.ToHexString(didVid));
        didVid.AsSpan().Clear();
        Assert.True(port.WriteRead([0x48], didVid));
        Assert.Equal("D1151D00", Convert.ToHexString(didVid));
        Assert.Equal([0x0707u, 0x0707u, 0x0707u], _kernel.Requests);
        Assert.Equal(["W 48", "R 4", "W 48 R 4"], _chip.Log);
    }

    [Theory]
    [InlineData(Errno.ENXIO)]
    [InlineData(Errno.EREMOTEIO)]
    [InlineData(Errno.EIO)]
    [InlineData(Errno.EAGAIN)]
    public void A_missing_acknowledgement_has_many_names(object errno)
    {
        using I2cdevPort port = Open();
        _kernel.Nack = (Errno)errno;
        _chip.Acknowledges = static () => false;
        Assert.False(port.Write([0x48]));
        Assert.False(port.Read(new byte[4]));
        Assert.False(port.WriteRead([0x48], new byte[4]));
    }

    [Theory]
    [InlineData(0x0705u, Errno.ENOTTY, TpmFault.NotFound)]
    [InlineData(0x0703u, Errno.EBUSY, TpmFault.Busy)]
    [InlineData(0x0703u, Errno.EINVAL, TpmFault.InputOutput)]
    [InlineData(0x0707u, Errno.ETIMEDOUT, TpmFault.Timeout)]
    [InlineData(0x0707u, Errno.ENODEV, TpmFault.Disconnected)]
    [InlineData(0x0707u, Errno.ENOMEM, TpmFault.InputOutput)]
    [InlineData(0x0707u, Errno.EOPNOTSUPP, TpmFault.NotSupported)]
    public void An_error_of_the_kernel_is_told_with_its_number(uint request, object errno, TpmFault fault)
    {
        _kernel.Error = r => r == request ? (Errno)errno : default;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() =>
        {
            using I2cdevPort port = Open();
            port.Write([0x48]);
        });
        Assert.Equal(fault, error.Fault);
        Assert.Contains($"{errno} (errno {(int)(Errno)errno})", error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void A_chip_that_a_driver_of_the_kernel_has_is_told_with_the_command_that_unbinds_it()
    {
        _machine.Put("sys/bus/i2c/drivers/tpm_tis_i2c/1-002e/name", "slb9673");
        _machine.Put("sys/class/tpm/tpm0/tpm_version_major", "2");
        _kernel.Error = static request => request == 0x0703 ? Errno.EBUSY : default;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal((TpmFault.Busy, "1-002e is bound to tpm_tis_i2c"), (error.Fault, error.Evidence));
        Assert.Contains("device:/dev/tpmrm0", error.Advice, StringComparison.Ordinal);
        Assert.EndsWith("echo 1-002e | sudo tee /sys/bus/i2c/drivers/tpm_tis_i2c/unbind", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_controller_for_smbus_alone_is_of_no_use()
    {
        _kernel.Functions = 0x0EFF_0008;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open());
        Assert.Equal((TpmFault.NotSupported, "I2C_FUNCS = 0xEFF0008"), (error.Fault, error.Evidence));
    }

    [Fact]
    public void A_transfer_that_ends_early_is_an_error()
    {
        using I2cdevPort port = Open();
        _kernel.Short = 1;
        Assert.Equal("1 of 2 messages", Assert.Throws<TpmTransportException>(() => port.WriteRead([0x48], new byte[4])).Evidence);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_controller_that_can_do_less_is_found_out_and_used_as_it_is(bool shortOnly, bool separateOnly)
    {
        _kernel.CanNot = (count, longest) => (shortOnly && longest > 33) || (separateOnly && count > 1);
        I2cdevPort port = Open();
        using ITpmTransport tpm = I2cTransport.Open(port, I2cChip.Ptp, "i2cdev", "i2cdev:");
        byte[] response = new byte[4096];
        for (int run = 0; run < 2; run++)
        {
            Assert.Equal(44, tpm.Transmit(RawCommands.Command(0x8001, 0x17B, new byte[500]), response));
        }

        Assert.Equal((shortOnly ? 33 : 8192, !separateOnly), (port.MaxTransfer, port.CanCombine));
        Assert.Empty(_chip.Violations);
        Assert.Empty(_chip.Fifo.Violations);
    }

    [Theory]
    [InlineData(Errno.ENOENT, TpmFault.NotFound, "modprobe i2c-dev")]
    [InlineData(Errno.EACCES, TpmFault.AccessDenied, "")]
    [InlineData(Errno.EPERM, TpmFault.AccessDenied, "DeviceAllow")]
    [InlineData(Errno.ENXIO, TpmFault.NotFound, "unbound")]
    [InlineData(Errno.EINVAL, TpmFault.InputOutput, "dmesg")]
    public void A_node_that_can_not_be_opened_is_told_with_what_to_do(object errno, TpmFault fault, string advice)
    {
        TpmTransportException error = I2cdevError.NotOpened(Node, (Errno)errno, null, _machine.Host);
        Assert.Equal(fault, error.Fault);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void Where_there_are_other_buses_they_are_named()
    {
        _machine.Put("dev/i2c-0", "");
        _machine.Put("dev/i2c-13", "");
        Assert.Equal("there is i2c-0, i2c-13", I2cdevError.NotOpened(Node, Errno.ENOENT, null, _machine.Host).Evidence);
    }

    [Fact]
    public void Two_programs_share_a_bus_but_not_an_address()
    {
        string path = Path.GetTempFileName();
        try
        {
            using var first = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            using var second = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            Assert.True(Libc.TryLock(first, 0x2E));
            Assert.False(Libc.TryLock(second, 0x2E));
            Assert.True(Libc.TryLock(second, 0x20));
            first.Dispose();
            Assert.True(Libc.TryLock(second, 0x2E));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Contains("0x2E", I2cdevError.Locked(Node, Address, _machine.Host).Message, StringComparison.Ordinal);
    }

    private I2cdevPort Open() => new(Node, Address, _kernel, _machine.Host, _chip.Clock);
}

public sealed class I2cdevTransportTests
{
    [Theory]
    [InlineData("i2cdev:/dev/no-such-i2c,chip=slb9670", "auto, ptp, slb9635, slb9645, cr50, nuvoton, atmel, st33zp24")]
    [InlineData("i2cdev:/dev/no-such-i2c,address=0x78", "0x08 to 0x77")]
    [InlineData("i2cdev:/dev/no-such-i2c,address=here", "a whole number")]
    [InlineData("i2cdev:/dev/no-such-i2c,hz=1", "'hz'")]
    public void What_is_not_understood_is_refused(string connectionString, string hint)
    {
        TpmTransportException error = Fails(connectionString);
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("i2cdev:/dev/no-such-i2c", "There is no /dev/no-such-i2c.")]
    [InlineData("i2cdev:/dev/null,chip=atmel", "/dev/null is no I2C bus's node.")]
    [InlineData("i2cdev:/dev/no-such-i2c,reset=gpiochip77/24", "There is no /dev/gpiochip77.")]
    [InlineData("i2cdev:/dev/no-such-i2c,irq=/dev/null/25", "null/25 is no GPIO chip.")]
    public void What_is_not_there_is_named(string connectionString, string message)
    {
        TpmTransportException error = Fails(connectionString);
        Assert.Equal((TpmFault.NotFound, message), (error.Fault, error.Message));
    }

    private static TpmTransportException Fails(string connectionString) =>
        Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString));
}
