using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Tests.Spi;

public sealed class SpiRegisterBusTests : IDisposable
{
    private readonly StrictChip _chip = new();

    public SpiRegisterBusTests() => Fill(_chip);

    [Theory]
    [InlineData(TpmRegister.Access, 0, 1, "80D40000")]
    [InlineData(TpmRegister.Sts, 0, 4, "83D40018")]
    [InlineData(TpmRegister.DidVid, 0, 4, "83D40F00")]
    [InlineData(TpmRegister.Sts, 3, 3, "82D43018")]
    [InlineData(TpmRegister.DataFifo, 4, 64, "BFD44024")]
    public void A_read_has_the_specifications_header(TpmRegister register, byte locality, int length, string header)
    {
        using var bus = new SpiRegisterBus(_chip);
        bus.Read(register, locality, new byte[length]);
        Assert.Equal([header], _chip.Headers);
    }

    [Theory]
    [InlineData(TpmRegister.Sts, 0, 1, "00D40018")]
    [InlineData(TpmRegister.Access, 2, 1, "00D42000")]
    [InlineData(TpmRegister.DataFifo, 0, 64, "3FD40024")]
    public void A_write_has_the_specifications_header(TpmRegister register, byte locality, int length, string header)
    {
        using var bus = new SpiRegisterBus(_chip);
        bus.Write(register, locality, new byte[length]);
        Assert.Equal([header], _chip.Headers);
    }

    [Fact]
    public void A_chip_without_waits_costs_one_exchange_per_register_access_from_the_second_on()
    {
        using var bus = new SpiRegisterBus(_chip);
        Assert.Equal((2, 1), (Counted(() => ReadSts(bus)), _chip.Frames));
        Assert.Equal(2, Counted(() => bus.Write(TpmRegister.Sts, 0, [0x40])));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(1, Counted(() => Assert.Equal(0x04001890u, ReadSts(bus))));
            Assert.Equal(1, Counted(() => bus.Write(TpmRegister.Sts, 0, [0x20])));
        }

        Assert.Equal(22, _chip.Frames);
        Assert.Equal(11 * (8 + 5), _chip.Bytes);
        Assert.Equal([0x40, .. Enumerable.Repeat(0x20, 10)], _chip.Writes.Select(static w => (int)w.Value.Single()));
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void The_fifo_goes_in_one_exchange_once_it_has_shown_no_waits()
    {
        using var bus = new SpiRegisterBus(_chip);
        int[] exchanges = [.. Enumerable.Range(0, 6).Select(i => Counted(() => bus.Write(TpmRegister.DataFifo, 0, [(byte)i, 0xEE])))];
        Assert.Equal([2, 2, 2, 2, 1, 1], exchanges);
        Assert.Equal([0, 0xEE, 1, 0xEE, 2, 0xEE, 3, 0xEE, 4, 0xEE, 5, 0xEE], _chip.Command);
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void A_slow_machine_is_not_taken_for_a_silent_chip()
    {
        _chip.Waits = static (_, _) => 5;
        _chip.ExchangeTime = TimeSpan.FromMilliseconds(150); // longer than a chip may take
        using var bus = new SpiRegisterBus(_chip);
        CheckAll(bus, _chip);
        Assert.Empty(_chip.Broken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(255)]
    public void Every_access_is_right_with_any_number_of_waits(int waits)
    {
        _chip.Waits = (_, _) => waits;
        using var bus = new SpiRegisterBus(_chip);
        for (int i = 0; i < 8; i++)
        {
            CheckAll(bus, _chip);
        }

        Assert.Empty(_chip.Broken);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    public void Waits_in_a_steady_number_go_in_the_one_exchange(int waits)
    {
        _chip.Waits = (_, _) => waits;
        using var bus = new SpiRegisterBus(_chip);
        for (int i = 0; i < 8; i++)
        {
            CheckAll(bus, _chip);
        }

        Assert.Equal(1, Counted(() => ReadSts(bus)));
        Assert.Equal(1, Counted(() => bus.Write(TpmRegister.Sts, 0, [0x40])));
        Assert.Equal(1, Counted(() => bus.Write(TpmRegister.DataFifo, 0, [1, 2, 3])));
        CheckAll(bus, _chip);
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void Waits_on_the_fifo_alone_leave_the_registers_quick()
    {
        _chip.Waits = static (register, _) => register == TpmRegister.DataFifo ? 2 : 0;
        using var bus = new SpiRegisterBus(_chip);
        CheckAll(bus, _chip);
        Assert.Equal(1, Counted(() => ReadSts(bus)));
        Assert.Equal(4, Counted(() => bus.Write(TpmRegister.DataFifo, 0, [1, 2, 3])));
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void A_first_wait_on_a_register_is_met_by_repeating_the_access()
    {
        using var bus = new SpiRegisterBus(_chip);
        ReadSts(bus);
        bus.Write(TpmRegister.Sts, 0, [0x40]);
        _chip.Waits = static (_, _) => 1;
        Assert.Equal(3 + 1, Counted(() => Assert.Equal(0x04001890u, ReadSts(bus))));
        Assert.Equal(3 + 1, Counted(() => bus.Write(TpmRegister.Sts, 0, [0x20])));
        Assert.Equal([0x40, 0x20], _chip.Writes.Select(static w => (int)w.Value.Single())); // once: the write that met the wait did not arrive
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_first_wait_on_a_trusted_fifo_is_an_error_and_the_next_access_is_right(bool read)
    {
        using var bus = new SpiRegisterBus(_chip);
        for (int i = 0; i < 5; i++)
        {
            Fifo(bus, read);
        }

        _chip.Waits = static (_, _) => 1;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Fifo(bus, read));
        Assert.Equal(TpmFault.WaitStates, error.Fault);
        Assert.Contains("1 wait bytes where 0 were expected", error.Evidence, StringComparison.Ordinal);
        Assert.False(_chip.IsSelected);
        for (int i = 0; i < 20; i++)
        {
            Fifo(bus, read);
        }
    }

    [Fact]
    public void Waits_that_vary_never_spoil_anything()
    {
        var random = new Random(1);
        _chip.Waits = (_, _) => random.Next(10) switch { < 6 => 0, < 8 => 1, 8 => 2, _ => random.Next(300) };
        using var bus = new SpiRegisterBus(_chip);
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            try
            {
                CheckAll(bus, _chip);
            }
            catch (TpmTransportException e) when (e.Fault == TpmFault.WaitStates)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 0, 20);
        Assert.Equal(refused, _chip.Broken.Count(static frame => frame.Contains("D40024", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(SpiWaitMode.Auto, true)]
    [InlineData(SpiWaitMode.Poll, true)]
    [InlineData(SpiWaitMode.Padded, true)]
    [InlineData(SpiWaitMode.Auto, false)]
    public void Endless_waits_are_a_timeout_and_pass_with_their_cause(SpiWaitMode mode, bool canHold)
    {
        var chip = new StrictChip(canHold);
        Fill(chip);
        using var bus = new SpiRegisterBus(chip, mode);
        ReadSts(bus);
        chip.Waits = static (_, _) => -1;
        TimeSpan start = chip.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => ReadSts(bus));
        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Contains("read of 4 bytes of Sts at locality 0 (83D40018)", error.Evidence, StringComparison.Ordinal);
        Assert.InRange(chip.Clock.Now - start, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(110));
        Assert.InRange(chip.Exchanges, 1, 1000);
        Assert.False(chip.IsSelected);
        chip.Waits = static (_, _) => 0;
        Assert.Equal(0x04001890u, ReadSts(bus));
    }

    [Theory]
    [InlineData(SpiWaitMode.Auto)]
    [InlineData(SpiWaitMode.Poll)]
    [InlineData(SpiWaitMode.Padded)]
    [InlineData(SpiWaitMode.None)]
    public void A_line_that_is_held_low_is_told_as_that(SpiWaitMode mode)
    {
        _chip.StuckAt = 0;
        using var bus = new SpiRegisterBus(_chip, mode);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => ReadDidVid(bus));
        Assert.Equal(TpmFault.StuckLow, error.Fault);
        Assert.NotEmpty(error.Advice);
        Assert.False(_chip.IsSelected);
        _chip.StuckAt = null;
        Assert.Equal(0x001D15D1u, ReadDidVid(bus));
    }

    [Fact]
    public void A_line_that_floats_reads_as_ones_for_the_driver_to_judge()
    {
        _chip.StuckAt = 0xFF;
        using var bus = new SpiRegisterBus(_chip);
        Assert.Equal(0xFFFFFFFFu, ReadDidVid(bus));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_controller_that_fails_leaves_chip_select_released(int exchange)
    {
        _chip.Waits = static (_, _) => 2;
        using var bus = new SpiRegisterBus(_chip, SpiWaitMode.Poll);
        _chip.FailAt = exchange;
        Assert.Equal(TpmFault.InputOutput, Assert.Throws<TpmTransportException>(() => ReadSts(bus)).Fault);
        Assert.False(_chip.IsSelected);
        Assert.Equal(0x04001890u, ReadSts(bus));
    }

    [Fact]
    public void Flow_control_in_every_frame_is_what_poll_means()
    {
        using var bus = new SpiRegisterBus(_chip, SpiWaitMode.Poll);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(2, Counted(() => ReadSts(bus)));
        }

        _chip.Waits = static (_, _) => 3;
        Assert.Equal(5, Counted(() => ReadSts(bus)));
        Assert.Empty(_chip.Broken);
    }

    [Fact]
    public void A_wait_is_an_error_where_the_user_said_none()
    {
        _chip.Waits = static (_, _) => 1;
        using var bus = new SpiRegisterBus(_chip, SpiWaitMode.None);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => ReadSts(bus));
        Assert.Equal((TpmFault.WaitStates, "Leave wait=none out."), (error.Fault, error.Advice));
        Assert.Equal(1, _chip.Exchanges);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_chip_that_is_ready_too_soon_is_served_by_its_wait_bytes(bool byMode)
    {
        _chip.HeaderLies = true;
        _chip.Waits = static (register, _) => register == TpmRegister.Sts ? 3 : 1;
        using var bus = new SpiRegisterBus(_chip, byMode ? SpiWaitMode.Always : SpiWaitMode.Auto);
        ((IQuirkBus)bus).Heed(new WireQuirks { HeaderTellsReady = false });
        for (int i = 0; i < 10; i++)
        {
            CheckAll(bus, _chip);
        }

        Assert.Empty(_chip.Broken);
        Assert.Equal(byMode ? 5 : 1, Counted(() => ReadSts(bus)));
    }

    [Fact]
    public void A_register_access_of_more_than_64_bytes_or_none_is_refused()
    {
        using var bus = new SpiRegisterBus(_chip);
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Read(TpmRegister.DataFifo, 0, new byte[65]));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Write(TpmRegister.DataFifo, 0, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Read(TpmRegister.Access, 5, new byte[1]));
        Assert.Equal(0, _chip.Exchanges);
    }

    [Fact]
    public void The_bus_ends_with_its_port()
    {
        new SpiRegisterBus(_chip).Dispose();
        Assert.True(_chip.IsDisposed);
    }

    [Theory]
    [InlineData(SpiWaitMode.Auto, 0)]
    [InlineData(SpiWaitMode.Auto, 2)]
    [InlineData(SpiWaitMode.Poll, 2)]
    [InlineData(SpiWaitMode.Padded, 2)]
    public void Accesses_allocate_nothing(SpiWaitMode mode, int waits)
    {
        using var bus = new SpiRegisterBus(new PlainPort(waits), mode);
        byte[] value = new byte[4];
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            if (i == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            bus.Read(TpmRegister.Sts, 0, value);
            bus.Write(TpmRegister.Sts, 0, value.AsSpan(0, 1));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public void Dispose() => _chip.Dispose();

    internal static void Fill(StrictChip chip)
    {
        chip.Registers[TpmRegister.Access] = [0xA1];
        chip.Registers[TpmRegister.Sts] = [0x90, 0x18, 0x00, 0x04];
        chip.Registers[TpmRegister.DidVid] = [0xD1, 0x15, 0x1D, 0x00];
    }

    /// <summary>Reads and writes a register and the FIFO, and checks what arrived.</summary>
    internal static void CheckAll(SpiRegisterBus bus, StrictChip chip)
    {
        Assert.Equal(0x001D15D1u, ReadDidVid(bus));
        Assert.Equal(0x04001890u, ReadSts(bus));
        Assert.Equal(0xA1, ReadByte(bus, TpmRegister.Access));
        chip.Writes.Clear();
        bus.Write(TpmRegister.Sts, 1, [0x40]);
        bus.Write(TpmRegister.IntEnable, 0, [1, 2, 3, 4]);
        // A wait byte in the place of the value is zero and does nothing; the value itself arrives once.
        Assert.Single(chip.Writes, static w => w.Register == TpmRegister.Sts && w.Value is [0x40] && w.Locality == 1);
        Assert.All(chip.Writes.Where(static w => w.Register == TpmRegister.Sts), static w => Assert.True(w.Value is [0x40] or [0]));
        Assert.Equal([1, 2, 3, 4], chip.Writes.Where(static w => w.Register is >= TpmRegister.IntEnable and < TpmRegister.IntVector && w.Value is not [0]).SelectMany(static w => w.Value));
        Fifo(bus, chip, read: false);
        Fifo(bus, chip, read: true);
    }

    internal static void Fifo(SpiRegisterBus bus, StrictChip chip, bool read)
    {
        byte[] sent = [.. Enumerable.Range(0x11, 40).Select(static i => (byte)i)];
        if (read)
        {
            chip.Response.Clear();
            byte[] rest = [0x77, 0x78];
            Array.ForEach([.. sent, .. rest], chip.Response.Enqueue);
            byte[] received = new byte[sent.Length];
            bus.Read(TpmRegister.DataFifo, 0, received);
            Assert.Equal(sent, received);
            Assert.Equal(rest, chip.Response.ToArray()); // not a byte more was popped
        }
        else
        {
            chip.Command.Clear();
            bus.Write(TpmRegister.DataFifo, 0, sent);
            Assert.Equal(sent, chip.Command);
        }
    }

    internal static uint ReadDidVid(SpiRegisterBus bus) => ReadWord(bus, TpmRegister.DidVid);

    internal static uint ReadSts(SpiRegisterBus bus) => ReadWord(bus, TpmRegister.Sts);

    private static uint ReadWord(SpiRegisterBus bus, TpmRegister register)
    {
        byte[] value = new byte[4];
        bus.Read(register, 0, value);
        return BitConverter.ToUInt32(value);
    }

    private static byte ReadByte(SpiRegisterBus bus, TpmRegister register)
    {
        byte[] value = new byte[1];
        bus.Read(register, 0, value);
        return value[0];
    }

    private void Fifo(SpiRegisterBus bus, bool read) => Fifo(bus, _chip, read);

    private int Counted(Action action)
    {
        int before = _chip.Exchanges;
        action();
        return _chip.Exchanges - before;
    }
}
