using TpmHw.Testing;
using TpmHw.Transports;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation.Tests;

/// <summary>SPI and I2C on FTDI bridges over their model: unplugging, recovery, sharing, lines, chips, and what it costs.</summary>
public sealed class FtdiTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1.1);
    private static readonly byte[] s_command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);

    public static TheoryData<bool, FaultPhase, int> Moments
    {
        get
        {
            var moments = new TheoryData<bool, FaultPhase, int>();
            foreach (bool isSpi in new[] { true, false })
            {
                foreach (FaultPhase phase in Enum.GetValues<FaultPhase>())
                {
                    moments.Add(isSpi, phase, 1);
                    moments.Add(isSpi, phase, 2);
                }
            }

            return moments;
        }
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Unplugging_in_any_phase_is_told_at_once_and_the_next_open_works(bool isSpi, FaultPhase phase, int stage)
    {
        using SimulatedTpm tpm = Open(isSpi);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.FindAbility<ITpmLocality>()!.Locality = phase == FaultPhase.Locality ? 1 : 0;
        tpm.Model.Inject(new Fault(FaultKind.Unplugged, stage) { From = phase });
        TimeSpan begun = tpm.Model.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() =>
        {
            tpm.FindAbility<ITpmLocality>()!.Locality = 0;
            tpm.Transmit(s_command, response);
            tpm.Transmit(s_command, response); // a phase after the response's last byte is the next command's
        });
        Assert.Equal(TpmFault.Disconnected, error.Fault);
        Assert.Contains("FTSIM001 was unplugged", error.Message, StringComparison.Ordinal);
        Assert.InRange(tpm.Model.Clock.Now - begun, TimeSpan.Zero, s_patience);
        TimeSpan failed = tpm.Model.Clock.Now;
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => tpm.Transmit(s_command, response)).Fault);
        Assert.Equal(failed, tpm.Model.Clock.Now);
        tpm.Model.ClearFaults();
        tpm.Reopen();
        Assert.Equal(28, tpm.Transmit(s_command, response));
        Assert.DoesNotContain(tpm.Model.Rules.Violations, static v => !v.DuringFault);
    }

    [Fact]
    public void What_Linuxs_serial_driver_asks_a_bridge_when_it_is_plugged_in_is_answered()
    {
        using var chip = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 20));
        UsbModelBus bus = UsbModelBus.WithFtdiSpi(chip);
        using IUsbPort port = bus.Open(bus.List()[0], 0);
        Assert.Equal([16], Ask(0x0A, 1, 1));
        Assert.Equal([0x32, 0x60], Ask(0x05, 1, 2));
        Assert.Equal([0xFF, 0xFF], Ask(0x90, 0x0C, 2)); // a word of a memory that was never written
        Assert.Equal(UsbOutcome.Done, port.Control(new UsbSetup(0x40, 0x09, 1, 1), default, s_patience, out _));
        Assert.Equal([1], Ask(0x0A, 1, 1));
        Assert.Empty(chip.Rules.Violations);
        Assert.Equal(UsbOutcome.Stalled, port.Control(new UsbSetup(0x40, 0x09, 1, 2), default, s_patience, out _)); // no channel B

        byte[] Ask(byte request, ushort index, int size)
        {
            byte[] answer = new byte[size];
            Assert.Equal(UsbOutcome.Done, port.Control(new UsbSetup(0xC0, request, 0, index), answer, s_patience, out int count));
            return answer[..count];
        }
    }

    [Theory]
    [InlineData(true, FaultKind.UsbStall, 1)]
    [InlineData(true, FaultKind.UsbStall, 2)]
    [InlineData(true, FaultKind.UsbTimeout, 1)]
    [InlineData(true, FaultKind.UsbShortRead, 0)]
    [InlineData(false, FaultKind.UsbStall, 1)]
    [InlineData(false, FaultKind.UsbStall, 2)]
    [InlineData(false, FaultKind.UsbTimeout, 1)]
    [InlineData(false, FaultKind.UsbShortRead, 0)]
    public void A_single_hiccup_between_messages_is_not_noticed(bool isSpi, FaultKind kind, int value)
    {
        foreach (FaultPhase phase in Enum.GetValues<FaultPhase>())
        {
            using SimulatedTpm tpm = Open(isSpi);
            byte[] response = new byte[tpm.Info.MaxResponseSize];
            for (int i = 0; i < 4; i++)
            {
                tpm.Transmit(s_command, response); // until frames go whole
            }

            tpm.Model.Counters.Clear();
            tpm.Model.Inject(new Fault(kind, value) { Accesses = 1, From = phase == FaultPhase.Locality ? null : phase });
            Assert.Equal(28, tpm.Transmit(s_command, response));
            Assert.Equal(28, tpm.Transmit(s_command, response));
            Assert.True(tpm.Model.FaultsHaveBegun);
            Assert.Equal(2, tpm.Model.Counters.TotalExecutions);
            Assert.Empty(tpm.Model.Rules.Violations);
        }
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    public void After_a_lost_byte_the_bridge_is_in_step_again(bool isSpi, int direction)
    {
        using SimulatedTpm tpm = Open(isSpi);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Transmit(s_command, response);
        for (int i = 0; i < 20; i++)
        {
            tpm.Model.Inject(new Fault(FaultKind.UsbByteLost, direction) { Accesses = 1, From = (FaultPhase)(1 + (i % 5)) });
            Assert.Contains(
                Assert.Throws<TpmTransportException>(() =>
                {
                    tpm.Transmit(s_command, response);
                    tpm.Transmit(s_command, response);
                }).Fault,
                new[] { TpmFault.Timeout, TpmFault.InputOutput });
            tpm.Model.ClearFaults();
            Assert.Equal(28, tpm.Transmit(s_command, response));
        }

        Assert.DoesNotContain(tpm.Model.Rules.Violations, static v => !v.DuringFault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_reset_line_resets_the_tpm_and_the_driver_goes_on(bool isSpi)
    {
        using SimulatedTpm tpm = Open(isSpi);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.FindAbility<ITpmReset>()!.Reset();
        Assert.Equal(28, tpm.Transmit(s_command, response));

        // It is by asking for the status that the driver finds its locality gone.
        Assert.DoesNotContain(tpm.Model.Rules.Violations, static v => v.Rule != TpmRule.WithoutLocality);
    }

    [Theory]
    [InlineData(true, InterruptWiring.Direct, 2.5)]
    [InlineData(true, InterruptWiring.Dead, 100)]
    [InlineData(true, InterruptWiring.Inverted, 100)]
    [InlineData(false, InterruptWiring.Direct, 6)]
    [InlineData(false, InterruptWiring.Dead, 100)]
    public void An_interrupt_line_is_asked_for_and_a_wrong_one_does_no_harm(bool isSpi, InterruptWiring wiring, double overshoot)
    {
        var lines = new FtdiOptions { Interrupt = "gpiol1" };
        using SimulatedTpm tpm = Open(isSpi, new FtdiModelSettings { Interrupt = wiring }, lines);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int run = 0; run < 20; run++)
        {
            tpm.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(1 + (run * 7919 % 1000)));
            Assert.Equal(28, tpm.Transmit(s_command, response));
            Assert.InRange(tpm.Model.Counters.Overshoot!.Value.TotalMilliseconds, 0, overshoot);
        }

        Assert.Empty(tpm.Model.Rules.Violations);
    }

    [Theory]
    [InlineData(true, FtdiModelChip.Ft2232H, 0)]
    [InlineData(true, FtdiModelChip.Ft2232H, 1)]
    [InlineData(true, FtdiModelChip.Ft4232H, 1)]
    [InlineData(false, FtdiModelChip.Ft2232H, 1)]
    [InlineData(false, FtdiModelChip.Ft4232H, 0)]
    public void Every_chip_and_channel_with_an_engine_will_do(bool isSpi, FtdiModelChip chip, int channel)
    {
        using SimulatedTpm tpm = Open(isSpi, new FtdiModelSettings { Chip = chip, Channel = channel }, new FtdiOptions { Channel = channel });
        Assert.Equal(28, tpm.Transmit(s_command, new byte[tpm.Info.MaxResponseSize]));
        Assert.Empty(tpm.Model.Rules.Violations);
    }

    [Theory]
    [InlineData(FtdiModelChip.Ft232R, 0, TpmFault.NotSupported, "0x0600")]
    [InlineData(FtdiModelChip.Ft4232H, 2, TpmFault.NotSupported, "channel A and B")]
    public void A_bridge_without_an_engine_is_told_so(FtdiModelChip chip, int channel, TpmFault fault, string evidence)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(
            () => Open(isSpi: true, new FtdiModelSettings { Chip = chip, Channel = channel }, new FtdiOptions { Channel = channel }));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(evidence, error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
    }

    [Theory]
    [InlineData("adbus2", null, "free")]
    [InlineData("gpiol4", null, "free")]
    [InlineData("adbus3", "gpiol0", null)]
    [InlineData("adbus4", "gpiol0", "twice")]
    [InlineData("cs0", null, "free")]
    public void Lines_are_checked(string chipSelect, string? reset, string? evidence)
    {
        var lines = new FtdiOptions { ChipSelect = chipSelect, Reset = reset };
        if (evidence is null)
        {
            Open(isSpi: true, null, lines).Dispose();
            return;
        }

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Open(isSpi: true, null, lines));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(evidence, error.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FTSIM001", true)]
    [InlineData("1-1", true)]
    [InlineData("FT000000", false)]
    public void A_bridge_is_chosen_by_serial_number_or_place(string serial, bool isThere)
    {
        using var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 28));
        UsbModelBus bus = UsbModelBus.WithFtdiSpi(model);
        var options = new FtdiOptions { Serial = serial };
        if (isThere)
        {
            using ITpmTransport tpm = FtdiSpiTransport.Open(bus, options);
            Assert.Equal("spi-ftdi", tpm.Info.Kind);
            Assert.Equal(TpmFault.Busy, Assert.Throws<TpmTransportException>(() => FtdiSpiTransport.Open(bus, options)).Fault);
            return;
        }

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => FtdiSpiTransport.Open(bus, options));
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains("FTSIM001 at 1-1", error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_clocks_echo_a_chip_that_holds_it_is_not_understood_and_with_it_it_is()
    {
        FifoProfile profile = I2cProfiles.Find("plain-i2c")!;
        profile = profile with { I2c = profile.I2c! with { StretchTime = TimeSpan.FromMicroseconds(300) } };
        using (SimulatedTpm tpm = SimulatedTpm.OnFtdiI2c(Model(profile)))
        {
            Assert.Equal(28, tpm.Transmit(s_command, new byte[tpm.Info.MaxResponseSize]));
            Assert.Empty(tpm.Model.Rules.Violations);
        }

        Assert.Throws<TpmTransportException>(() => SimulatedTpm.OnFtdiI2c(Model(profile), new FtdiModelSettings { HasClockEcho = false }));
    }

    [Theory]
    [InlineData(true, 12)]
    [InlineData(false, 28)]
    public void A_command_takes_as_many_turns_of_usb_as_it_has_messages(bool isSpi, int most)
    {
        using SimulatedTpm tpm = Open(isSpi);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int i = 0; i < 6; i++)
        {
            tpm.Transmit(s_command, response);
        }

        tpm.Model.Counters.Clear();
        tpm.UsbBus!.Transfers = 0;
        TimeSpan begun = tpm.Model.Clock.Now;
        tpm.Transmit(s_command, response);
        long turns = tpm.UsbBus.Transfers / 2; // a write and a read
        Assert.Equal(tpm.Model.Counters.Frames, turns);
        Assert.InRange(turns, 1, most);
        Assert.InRange((tpm.Model.Clock.Now - begun).TotalMilliseconds, 0, isSpi ? 12 * 0.3 : 28);
    }

    private static SimulatedTpm Open(bool isSpi, FtdiModelSettings? bridge = null, FtdiOptions? lines = null) => isSpi
        ? SimulatedTpm.OnFtdiSpi(Model(FifoProfiles.Plain), bridge, lines)
        : SimulatedTpm.OnFtdiI2c(Model(I2cProfiles.Find("plain-i2c")!), bridge, lines);

    private static FifoModel Model(FifoProfile profile) => new(profile, CannedTpm.OfSize(TpmFamily.Tpm20, 28));
}
