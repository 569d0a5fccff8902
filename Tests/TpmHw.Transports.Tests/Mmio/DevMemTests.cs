using TpmHw.Transports.Linux;
using TpmHw.Transports.Mmio;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Linux;

namespace TpmHw.Transports.Tests.Mmio;

/// <summary>The mapping itself, onto a file that stands for /dev/mem.</summary>
public sealed class DevMemTests : IDisposable
{
    private const int Size = 0x6000;

    private readonly Machine _machine = new();
    private readonly string _memory;

    public DevMemTests()
    {
        _memory = _machine.Put("dev/mem", "");
        byte[] content = new byte[Size];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(_memory, content);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void What_is_mapped_is_what_is_at_the_address()
    {
        byte[] content = File.ReadAllBytes(_memory);
        using DevMemRegion region = DevMemRegion.Map(0x1040, 0x1000, _machine.Host);
        Assert.Equal(0x1040ul, region.Address);
        Assert.Equal(content[0x1041], region.Read8(1));
        Assert.Equal(BitConverter.ToUInt32(content, 0x1048), region.Read32(8));
        byte[] read = new byte[11];
        region.Read(3, read);
        Assert.Equal(content[0x1043..0x104E], read);
    }

    [Fact]
    public void What_is_written_is_there_and_nothing_else_is()
    {
        byte[] expected = File.ReadAllBytes(_memory);
        using (DevMemRegion region = DevMemRegion.Map(0x1000, 0x2000, _machine.Host))
        {
            region.Write8(5, 0xAB);
            region.Write32(0x1FFC, 0x1234_5678);
            region.Write(0x21, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }

        expected[0x1005] = 0xAB;
        BitConverter.TryWriteBytes(expected.AsSpan(0x2FFC), 0x1234_5678);
        new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }.CopyTo(expected, 0x1021);
        Assert.Equal(expected, File.ReadAllBytes(_memory));
    }

    [Fact]
    public void Accesses_outside_not_aligned_or_after_the_end_are_refused()
    {
        DevMemRegion region = DevMemRegion.Map(0, 0x1000, _machine.Host);
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Read8(0x1000));
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Read32(0xFFD));
        Assert.Throws<ArgumentOutOfRangeException>(() => region.Write8(-1, 0));
        Assert.Throws<ArgumentException>(() => region.Write32(2, 0));
        region.Dispose();
        region.Dispose();
        Assert.Throws<ObjectDisposedException>(() => region.Read8(0));
    }

    [Fact]
    public void A_bound_driver_is_named_with_the_commands_that_unbind_and_bind_it()
    {
        Directory.CreateDirectory(_machine.Host.At("sys/bus/platform/drivers/tpm_tis/module"));
        Assert.Null(KernelTpmDriver.FindBound(_machine.Host));
        _machine.Put("sys/bus/acpi/drivers/tpm_crb/unbind", "");
        Assert.Null(KernelTpmDriver.FindBound(_machine.Host));

        Directory.CreateDirectory(_machine.Host.At("sys/bus/acpi/drivers/tpm_crb/MSFT0101:00"));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => DevMemRegion.Map(0, 0x1000, _machine.Host));
        Assert.Equal(TpmFault.Busy, error.Fault);
        Assert.Contains("echo MSFT0101:00 | sudo tee /sys/bus/acpi/drivers/tpm_crb/unbind", error.Advice, StringComparison.Ordinal);
        Assert.Contains("echo MSFT0101:00 | sudo tee /sys/bus/acpi/drivers/tpm_crb/bind", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pnp_device_of_a_tpm_1_2_is_found()
    {
        Directory.CreateDirectory(_machine.Host.At("sys/bus/pnp/drivers/tpm_tis/00:00"));
        Assert.Equal("echo 00:00 | sudo tee /sys/bus/pnp/drivers/tpm_tis/unbind", KernelTpmDriver.FindBound(_machine.Host)!.UnbindCommand);
    }

    [Fact]
    public void A_machine_without_dev_mem_is_told()
    {
        File.Delete(_memory);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => DevMemRegion.Map(0, 0x1000, _machine.Host));
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains("CONFIG_DEVMEM", error.Advice, StringComparison.Ordinal);
        _machine.Put(".dockerenv", "");
        Assert.Contains("container", Assert.Throws<TpmTransportException>(() => DevMemRegion.Map(0, 0x1000, _machine.Host)).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_not_root_is_told() =>
        Assert.Contains("as root", DevMemError.CannotOpen(Errno.EACCES, _machine.Host).Advice, StringComparison.Ordinal);

    [Theory]
    [InlineData("none [integrity] confidentiality", "lockdown")]
    [InlineData("none integrity [confidentiality]", "lockdown")]
    [InlineData("[none] integrity confidentiality", "CAP_SYS_RAWIO")]
    public void Lockdown_is_told_from_a_missing_capability(string lockdown, string advice)
    {
        _machine.Put("sys/kernel/security/lockdown", lockdown);
        TpmTransportException error = DevMemError.CannotOpen(Errno.EPERM, _machine.Host);
        Assert.Equal(TpmFault.AccessDenied, error.Fault);
        Assert.Contains(advice, error.Advice, StringComparison.Ordinal);
        Assert.Contains(lockdown, error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_mapping_points_to_strict_devmem()
    {
        TpmTransportException error = DevMemError.CannotMap(Errno.EPERM, 0xFED4_0000, 0x5000, _machine.Host);
        Assert.Contains("CONFIG_IO_STRICT_DEVMEM", error.Advice, StringComparison.Ordinal);
        Assert.Contains("iomem=relaxed", error.Advice, StringComparison.Ordinal);
        Assert.Contains("0x5000 bytes at 0xFED40000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_register_bus_finds_every_register_of_every_locality()
    {
        byte[] content = File.ReadAllBytes(_memory);
        using var bus = new MmioRegisterBus(DevMemRegion.Map(0, 0x5000, _machine.Host));
        for (byte locality = 0; locality < 5; locality++)
        {
            foreach (TpmRegister register in Enum.GetValues<TpmRegister>().Where(r => r is not (TpmRegister.DataFifo or TpmRegister.XDataFifo)))
            {
                int at = (locality * 0x1000) + (int)register;
                for (int size = 1; size <= 4; size++)
                {
                    byte[] value = new byte[size];
                    bus.Read(register, locality, value);
                    Assert.Equal(content[at..(at + size)], value);
                }
            }
        }

        Assert.Throws<TpmTransportException>(() => bus.Read(TpmRegister.Access, 5, new byte[1]));
    }

    [Fact]
    public void The_fifo_is_one_address_that_is_read_and_written_by_the_byte()
    {
        byte[] expected = File.ReadAllBytes(_memory);
        using (var bus = new MmioRegisterBus(DevMemRegion.Map(0, 0x5000, _machine.Host)))
        {
            byte[] read = new byte[6];
            bus.Read(TpmRegister.DataFifo, 1, read);
            Assert.Equal(Enumerable.Repeat(expected[0x1024], 6), read);
            bus.Write(TpmRegister.DataFifo, 1, [1, 2, 3, 4, 5]);
        }

        expected[0x1024] = 5;
        Assert.Equal(expected, File.ReadAllBytes(_memory));
    }
}
