using System.Text;
using TpmHw.Testing;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

public sealed class I2cConformance : TransportConformance
{
    protected override ITpmTransport Open() => PtpChips.OverLibtpms();
}

/// <summary>What goes over the wire for one access.</summary>
public sealed class I2cRegisterBusTests
{
    private const uint Guard40 = 40 << 9, AfterReadRead = 1 << 20, AfterReadWrite = 1 << 19, AfterWriteRead = 1 << 18, AfterWriteWrite = 1 << 17, NoRepeatedStart = 1 << 30;

    [Theory]
    [InlineData(TpmRegister.Access, 1, "W 04 R 1")]
    [InlineData(TpmRegister.IntEnable, 4, "W 08 R 4")]
    [InlineData(TpmRegister.IntStatus, 4, "W 10 R 4")]
    [InlineData(TpmRegister.IntfCapability, 4, "W 14 R 4")]
    [InlineData(TpmRegister.Sts, 3, "W 18 R 3")]
    [InlineData(TpmRegister.DataFifo, 9, "W 24 R 9")]
    [InlineData(TpmRegister.DidVid, 4, "W 48 R 4")]
    public void A_read_has_the_registers_byte_and_a_repeated_start(TpmRegister register, int length, string message)
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        chip.OnRead = static (_, data) => data.Clear();
        bus.Read(register, 0, new byte[length]);
        Assert.Equal([message], chip.Log);
    }

    [Theory]
    [InlineData(TpmRegister.Access, "02", "W 0402")]
    [InlineData(TpmRegister.IntEnable, "81000080", "W 0881000080")]
    [InlineData(TpmRegister.IntStatus, "01000000", "W 1001000000")]
    [InlineData(TpmRegister.Sts, "40", "W 1840")]
    [InlineData(TpmRegister.HashStart, "00", "W 2800")]
    [InlineData(TpmRegister.HashEnd, "00", "W 2000")]
    [InlineData(TpmRegister.DataFifo, "8001", "W 248001")]
    public void A_write_is_one_message(TpmRegister register, string value, string message)
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        bus.Write(register, 0, Convert.FromHexString(value));
        Assert.Equal([message], chip.Log);
    }

    [Fact]
    public void A_locality_is_selected_when_it_changes_and_again_when_it_is_asked_for()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        bus.Read(TpmRegister.Access, 2, new byte[1]);
        bus.Read(TpmRegister.Sts, 2, new byte[3]);
        bus.Read(TpmRegister.DidVid, 0, new byte[4]);
        bus.Write(TpmRegister.Access, 2, [2]); // a reset since then would have gone unnoticed
        bus.Read(TpmRegister.Access, 0, new byte[1]);
        bus.Write(TpmRegister.Access, 0, [2]);
        Assert.Equal(["W 0002", "W 04 R 1", "W 18 R 3", "W 48 R 4", "W 0002", "W 0402", "W 0000", "W 04 R 1", "W 0402"], Deduplicated(chip.Log));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Read(TpmRegister.Access, 5, new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Read(TpmRegister.XDataFifo, 0, new byte[1]));
    }

    [Fact]
    public void What_the_bus_has_no_register_for_is_what_the_chip_is()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known(Guard40 | (1 << 29));
        Assert.Equal(0x0000_0100u, FifoPort.Read32(bus, TpmRegister.InterfaceId));
        var capability = new TpmIntfCapability(FifoPort.Read32(bus, TpmRegister.IntfCapability));
        Assert.Equal((true, true, TpmInterfaceVersion.Ptp), (capability.IsBurstCountStatic, capability.HasDataAvailInterrupt, capability.Version));
        Assert.Empty(chip.Violations);
    }

    [Theory]
    [InlineData(0u, 0, 0, 0, 0)]
    [InlineData(Guard40, 0, 0, 0, 0)]
    [InlineData(Guard40 | AfterReadRead, 40, 40, 0, 0)]
    [InlineData(Guard40 | AfterReadWrite, 40, 40, 0, 40)] // a read begins with a write: the register's byte
    [InlineData(Guard40 | AfterWriteWrite, 0, 0, 40, 0)]
    [InlineData(Guard40 | AfterWriteRead, 0, 0, 0, 0)] // a repeated start needs none
    [InlineData(Guard40 | AfterWriteRead | NoRepeatedStart, 40, 40, 0, 40)]
    [InlineData(Guard40 | AfterReadRead | AfterReadWrite | AfterWriteRead | AfterWriteWrite | NoRepeatedStart, 80, 80, 40, 80)]
    public void The_guard_time_is_waited_between_the_messages_that_need_it_and_no_longer(uint capability, params int[] guards)
    {
        (PtpChip chip, I2cRegisterBus bus) = Known(capability);
        int[] waited = [.. new[]
        {
            Waits(chip, () => bus.Read(TpmRegister.DidVid, 0, new byte[4])),
            Waits(chip, () => bus.Read(TpmRegister.DidVid, 0, new byte[4])),
            Waits(chip, () =>
            {
                chip.Clock.Wait(TimeSpan.FromMicroseconds(250)); // the pair before it is none of this one's
                bus.Write(TpmRegister.Sts, 0, [0x40]);
                bus.Write(TpmRegister.Sts, 0, [0x40]);
            }) - 250,
            Waits(chip, () =>
            {
                chip.Clock.Wait(TimeSpan.FromMicroseconds(250));
                bus.Read(TpmRegister.DidVid, 0, new byte[4]);
                bus.Write(TpmRegister.Sts, 0, [0x40]);
            }) - 250,
        }];
        Assert.Equal(guards, waited);
        Assert.Empty(chip.Violations);
    }

    [Fact]
    public void Time_that_has_passed_anyway_is_not_waited_again()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known(Guard40 | AfterReadRead);
        bus.Read(TpmRegister.DidVid, 0, new byte[4]);
        chip.Clock.Wait(TimeSpan.FromMicroseconds(30));
        TimeSpan before = chip.Clock.Now;
        chip.Acknowledges = () =>
        {
            Assert.Equal(10, (chip.Clock.Now - before).TotalMicroseconds);
            return true;
        };
        bus.Read(TpmRegister.DidVid, 0, new byte[4]);
    }

    [Fact]
    public void A_message_that_is_not_acknowledged_is_repeated_after_a_pause()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        int nacks = 3;
        chip.Acknowledges = () => nacks-- <= 0;
        bus.Write(TpmRegister.Sts, 0, [0x40]);
        Assert.Equal(Enumerable.Repeat("W 1840", 4), chip.Log);
        nacks = 2;
        bus.Read(TpmRegister.DidVid, 0, new byte[4]);
        Assert.Equal(Enumerable.Repeat("W 48 R 4", 3), chip.Log.Skip(4));
        Assert.Empty(chip.Violations);
    }

    [Fact]
    public void A_chip_that_never_acknowledges_is_given_up_in_time()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        chip.Acknowledges = static () => false;
        TimeSpan before = chip.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => bus.Read(TpmRegister.Sts, 0, new byte[3]));
        Assert.Equal(TpmFault.NotAcknowledged, error.Fault);
        Assert.StartsWith("register 0x18: ", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("i2cdetect", error.Advice, StringComparison.Ordinal);
        Assert.InRange((chip.Clock.Now - before).TotalMilliseconds, 100, 105);
        Assert.InRange(chip.Log.Count, 50, 150);
    }

    [Fact]
    public void Without_repeated_start_a_read_is_two_messages_and_each_is_repeated_by_itself()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        chip.CanCombine = false;
        int message = 0;
        chip.Acknowledges = () => message++ is not (0 or 2);
        bus.Read(TpmRegister.DidVid, 0, new byte[4]);
        Assert.Equal(["W 48", "W 48", "R 4", "R 4"], chip.Log);
        Assert.Empty(chip.Violations);
    }

    [Fact]
    public void A_register_with_bits_that_are_always_zero_is_read_again()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        int damaged = 2;
        chip.OnRead = (register, data) => data[0] |= register == 0x04 && damaged-- > 0 ? (byte)0x40 : (byte)0;
        byte[] access = new byte[1];
        bus.Read(TpmRegister.Access, 0, access);
        Assert.Equal((0xA1, 3), (access[0], chip.Log.Count));
        damaged = int.MaxValue;
        chip.Log.Clear();
        bus.Read(TpmRegister.Access, 0, access);
        Assert.Equal((0xE1, 5), (access[0], chip.Log.Count));
        Assert.Empty(chip.Violations);
    }

    [Fact]
    public void Messages_are_as_long_as_the_port_takes_them()
    {
        (PtpChip chip, I2cRegisterBus bus) = Known();
        Assert.Equal(64, bus.MaxFifoTransfer);
        chip.OnRead = static (_, data) => data.Fill(7);
        chip.Longest = 33;
        byte[] data = new byte[60];
        bus.Read(TpmRegister.DataFifo, 0, data);
        Assert.Equal(["W 24 R 60", "W 24 R 32", "W 24 R 28"], chip.Log);
        Assert.All(data, static b => Assert.Equal(7, b));
        Assert.Equal(32, bus.MaxFifoTransfer);
    }

    [Fact]
    public void The_checksum_is_kermit()
    {
        Assert.Equal(0x2189, Crc16.Kermit(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0, Crc16.Kermit([]));
    }

    /// <summary>A bus whose chip has told what it needs.</summary>
    private static (PtpChip Chip, I2cRegisterBus Bus) Known(uint capability = 0)
    {
        var chip = new PtpChip(new FifoFake(FifoFakes.Answer(44)) { Owner = 0 }) { Capability = capability };
        var bus = new I2cRegisterBus(chip);
        FifoPort.Read32(bus, TpmRegister.InterfaceId);
        bus.Read(TpmRegister.Access, 0, new byte[1]);
        chip.Log.Clear();
        return (chip, bus);
    }

    /// <summary>The microseconds that pass while nothing is on the wire.</summary>
    private static int Waits(PtpChip chip, Action action)
    {
        TimeSpan before = chip.Clock.Now - chip.OnWire;
        action();
        return (int)(chip.Clock.Now - chip.OnWire - before).TotalMicroseconds;
    }

    private static IEnumerable<string> Deduplicated(List<string> log) => log.Where((message, i) => i == 0 || message != log[i - 1]);
}
