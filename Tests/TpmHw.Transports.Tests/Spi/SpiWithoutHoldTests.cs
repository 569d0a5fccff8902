using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Tests.Spi;

/// <summary>A port that can't hold chip select: what can be done on it, and what can't.</summary>
public sealed class SpiWithoutHoldTests : IDisposable
{
    private readonly StrictChip _chip = new(canHold: false);

    public SpiWithoutHoldTests() => SpiRegisterBusTests.Fill(_chip);

    [Fact]
    public void A_chip_without_waits_is_served_like_any()
    {
        using var bus = new SpiRegisterBus(_chip);
        for (int i = 0; i < 5; i++)
        {
            SpiRegisterBusTests.CheckAll(bus, _chip);
        }

        Assert.Equal(_chip.Frames, _chip.Exchanges);
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void A_slow_machine_is_not_taken_for_a_silent_chip()
    {
        _chip.Waits = static (_, _) => 5;
        _chip.ExchangeTime = TimeSpan.FromMilliseconds(150); // longer than a chip may take
        using var bus = new SpiRegisterBus(_chip);
        Assert.Equal(0x001D15D1u, SpiRegisterBusTests.ReadDidVid(bus));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(30)]
    [InlineData(200)]
    [InlineData(255)]
    public void Registers_are_right_with_any_number_of_waits(int waits)
    {
        _chip.Waits = (_, _) => waits;
        using var bus = new SpiRegisterBus(_chip);
        Assert.Equal(0x001D15D1u, SpiRegisterBusTests.ReadDidVid(bus));
        bus.Write(TpmRegister.Access, 0, [0x02]);
        bus.Write(TpmRegister.Sts, 0, [0, 0, 0, 1]);

        // Probing wrote zeros at most, which do nothing to these registers; each byte arrived once and unshifted.
        Assert.Equal(
            [(TpmRegister.Access, 2), (TpmRegister.Sts + 3, 1)],
            _chip.Writes.Where(static w => w.Value is not [0]).Select(static w => (w.Register, (int)w.Value.Single())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(200)]
    public void A_fixed_number_of_waits_is_learnt_from_the_first_register_read(int waits)
    {
        _chip.Waits = (_, _) => waits;
        using var bus = new SpiRegisterBus(_chip);
        SpiRegisterBusTests.ReadDidVid(bus);
        _chip.Broken.Clear();
        for (int i = 0; i < 10; i++)
        {
            SpiRegisterBusTests.CheckAll(bus, _chip);
        }

        Assert.Empty(_chip.Broken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fifo_with_a_fixed_number_of_its_own_is_learnt_from_its_first_failure(bool read)
    {
        _chip.Waits = static (register, _) => register == TpmRegister.DataFifo ? 3 : 1;
        using var bus = new SpiRegisterBus(_chip);
        SpiRegisterBusTests.ReadDidVid(bus);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => SpiRegisterBusTests.Fifo(bus, _chip, read));
        Assert.Equal(TpmFault.WaitStates, error.Fault);
        Assert.Contains("3 wait bytes where 1 were expected", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("hold chip select", error.Advice, StringComparison.Ordinal);
        for (int i = 0; i < 10; i++)
        {
            SpiRegisterBusTests.Fifo(bus, _chip, read);
        }
    }

    [Fact]
    public void Varying_waits_on_the_fifo_are_refused_and_never_pass_for_data()
    {
        int next = 0;
        _chip.Waits = (register, _) => register == TpmRegister.DataFifo ? next++ % 3 : 0;
        using var bus = new SpiRegisterBus(_chip);
        int refused = 0;
        for (int i = 0; i < 30; i++)
        {
            refused += Succeeds(bus, read: i % 2 == 0) ? 0 : 1;
        }

        Assert.InRange(refused, 10, 30);
        Assert.Equal(0x001D15D1u, SpiRegisterBusTests.ReadDidVid(bus));
    }

    [Theory]
    [InlineData(SpiWaitMode.Poll)]
    [InlineData(SpiWaitMode.Always)]
    public void Flow_control_is_refused(SpiWaitMode mode) =>
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => new SpiRegisterBus(_chip, mode)).Fault);

    [Fact]
    public void Padding_can_be_asked_for_on_a_port_that_claims_to_hold()
    {
        var chip = new StrictChip { Waits = static (_, _) => 2 };
        SpiRegisterBusTests.Fill(chip);
        using var bus = new SpiRegisterBus(chip, SpiWaitMode.Padded);
        Assert.Equal(0x001D15D1u, SpiRegisterBusTests.ReadDidVid(bus));
        Assert.Equal(chip.Frames, chip.Exchanges);
    }

    public void Dispose() => _chip.Dispose();

    private bool Succeeds(SpiRegisterBus bus, bool read)
    {
        try
        {
            SpiRegisterBusTests.Fifo(bus, _chip, read);
            return true;
        }
        catch (TpmTransportException e) when (e.Fault == TpmFault.WaitStates)
        {
            return false;
        }
    }
}
