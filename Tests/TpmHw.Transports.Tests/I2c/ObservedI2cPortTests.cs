using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

/// <summary>Messages as an observer sees them.</summary>
public sealed class ObservedI2cPortTests : IDisposable
{
    private readonly PtpChip _chip = new(new FifoFake(FifoFakes.Answer(44)));
    private readonly List<string> _seen = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_selection_and_the_read_behind_it_are_one_transfer(bool combines)
    {
        _chip.CanCombine = combines;
        using var bus = new I2cRegisterBus(Port());

        bus.Read(TpmRegister.DidVid, 0, new byte[4]);
        bus.Write(TpmRegister.Access, 0, [2]);

        Assert.Equal(["read DidVid Done 48 of 4", "write 4096 Done 0000 of 0", "write Access Done 0402 of 0"], _seen);
    }

    [Fact]
    public void A_message_that_is_not_acknowledged_is_one_without_data()
    {
        int message = 0;
        _chip.CanCombine = false;
        _chip.Acknowledges = () => ++message is not (1 or 3);
        using var bus = new I2cRegisterBus(Port());

        bus.Read(TpmRegister.DidVid, 0, new byte[4]);

        Assert.Equal(["read DidVid NotAcknowledged 48 of 0", "read DidVid NotAcknowledged 48 of 0", "read DidVid Done 48 of 4"], _seen);
    }

    [Fact]
    public void A_selection_that_nothing_is_read_behind_is_told_before_the_next_message()
    {
        using ObservedI2cPort port = Port();

        port.Write([0x18]);
        Assert.Empty(_seen);
        port.Write([0x24, 1, 2]);

        Assert.Equal(["read Sts Done 18 of 0", "write DataFifo Done 240102 of 0"], _seen);
    }

    [Fact]
    public void A_message_that_the_controller_fails_in_is_told_before_the_error()
    {
        _chip.Longest = 8;
        using ObservedI2cPort port = Port();

        Assert.Throws<TpmTransportException>(() => port.Write(new byte[9]));
        Assert.Throws<TpmTransportException>(() => port.WriteRead([0x18], new byte[9]));

        Assert.Equal(["write 4096 Failed 000000000000000000 of 0", "read Sts Failed 18 of 0"], _seen);
    }

    [Theory]
    [InlineData("i2c", "4C", TpmRegister.Rid, null, false)]
    [InlineData("i2c-slb9645", "2502", TpmRegister.DataFifo, 2, true)]
    [InlineData("i2c-slb9645", "02", TpmRegister.Sts + 1, 0, false)]
    [InlineData("i2c-nuvoton", "2080", TpmRegister.DataFifo, null, true)]
    [InlineData("i2c-nuvoton", "20", TpmRegister.DidVid, null, false)]
    [InlineData("i2c-nuvoton", "40", TpmRegister.DataFifo, null, false)]
    [InlineData("i2c-st33zp24", "A480", TpmRegister.DataFifo, null, true)]
    [InlineData("i2c-st33zp24", "1AAA", TpmRegister.Sts + 2, null, false)]
    public void Each_chip_has_registers_of_its_own(string bus, string sent, TpmRegister register, int? locality, bool isWrite)
    {
        Assert.True(RegisterTransfer.TryRead(Transfer(bus, sent, isWrite ? "" : "01"), out RegisterTransfer access));

        Assert.Equal((register, locality, isWrite), (access.Register, access.Locality, access.IsWrite));
        Assert.Equal(isWrite ? sent[2..] : "01", Convert.ToHexString(access.Data));
    }

    [Theory]
    [InlineData("i2c", "48", "D1151C00", 0x001C15D1)]
    [InlineData("i2c-slb9635", "06", "000B15D1", 0x000B15D1)]
    [InlineData("i2c", "44", "2189", 0x2189)]
    public void A_value_is_what_it_is_on_every_other_bus(string bus, string sent, string received, uint value)
    {
        Assert.True(RegisterTransfer.TryRead(Transfer(bus, sent, received), out RegisterTransfer access));

        Assert.Equal(value, access.Value);
    }

    [Theory]
    [InlineData("i2c", "FF")]
    [InlineData("i2c", "")]
    [InlineData("i2c-atmel", "80010000000A")]
    [InlineData("smoke-signals", "48")]
    public void What_addresses_no_register_is_not_read(string bus, string sent) =>
        Assert.False(RegisterTransfer.TryRead(Transfer(bus, sent, "00"), out _));

    public void Dispose() => _chip.Dispose();

    private static WireTransfer Transfer(string bus, string sent, string received) => new()
    {
        Bus = bus,
        ClockHz = 0,
        Start = default,
        End = default,
        Sent = Convert.FromHexString(sent),
        Received = Convert.FromHexString(received),
    };

    private ObservedI2cPort Port() => new(_chip, I2cChip.Ptp, transfer =>
    {
        RegisterTransfer.TryRead(transfer, out RegisterTransfer access);
        _seen.Add($"{(access.IsWrite ? "write" : "read")} {access.Register} {transfer.Outcome} {Convert.ToHexString(transfer.Sent)} of {transfer.Received.Length}");
    });
}
