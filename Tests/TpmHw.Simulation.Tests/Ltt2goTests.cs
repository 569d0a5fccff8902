using TpmHw.Testing;
using TpmHw.Transports;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation.Tests;

/// <summary>The driver of the LetsTrust-TPM2Go on its model: unplugging, recovery, sharing, reset, and what it costs.</summary>
public sealed class Ltt2goTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly byte[] s_command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);

    public static TheoryData<FaultPhase, int> Moments
    {
        get
        {
            var moments = new TheoryData<FaultPhase, int>();
            foreach (FaultPhase phase in Enum.GetValues<FaultPhase>())
            {
                for (int stage = 0; stage < 3; stage++)
                {
                    moments.Add(phase, stage);
                }
            }

            return moments;
        }
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void Unplugging_in_any_phase_is_told_at_once_and_the_next_open_works(FaultPhase phase, int stage)
    {
        using SimulatedTpm tpm = Open();
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
        Assert.Contains("SIM0000000000001 was unplugged", error.Message, StringComparison.Ordinal);
        Assert.Contains("TPM2_Startup", error.Advice, StringComparison.Ordinal);
        Assert.InRange(tpm.Model.Clock.Now - begun, TimeSpan.Zero, s_patience);
        Assert.False(tpm.UsbBus!.IsPluggedIn);

        // It stays so, at no cost, until it is plugged in and opened again.
        TimeSpan failed = tpm.Model.Clock.Now;
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => tpm.Transmit(s_command, response)).Fault);
        Assert.Equal(failed, tpm.Model.Clock.Now);
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => Ltt2goTransport.Open(tpm.UsbBus)).Fault);
        tpm.Model.ClearFaults();
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => tpm.Transmit(s_command, response)).Fault);
        tpm.Reopen();
        Assert.Equal(28, tpm.Transmit(s_command, response));
        Assert.DoesNotContain(tpm.Model.Rules.Violations, static v => !v.DuringFault);
    }

    [Fact]
    public void After_plugging_in_the_tpm_wants_startup_which_is_the_hosts_to_send()
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        using var tpm = (SimulatedTpm)catalog.Open("sim:ltt2go");
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        Assert.Equal(0x100u, Code(s_command)); // TPM_RC_INITIALIZE
        Assert.Equal(0u, Code(RawCommands.Startup(TpmFamily.Tpm20)));
        Assert.Equal(0u, Code(s_command));
        tpm.UsbBus!.Unplug();
        tpm.UsbBus.PlugIn();
        tpm.Reopen();
        Assert.Equal(0x100u, Code(s_command));

        uint Code(byte[] command)
        {
            tpm.Transmit(command, response);
            return TpmHw.Wire.TpmHeader.Read(response).Code;
        }
    }

    [Fact]
    public void The_reset_line_resets_the_tpm_and_the_driver_goes_on()
    {
        using SimulatedTpm tpm = Open();
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.FindAbility<ITpmReset>()!.Reset();
        Assert.Equal(28, tpm.Transmit(s_command, response));

        // It is by asking for the status that the driver finds its locality gone.
        Assert.DoesNotContain(tpm.Model.Rules.Violations, static v => v.Rule != TpmRule.WithoutLocality);
    }

    [Fact]
    public void A_second_driver_is_told_that_the_stick_is_taken()
    {
        using SimulatedTpm tpm = Open();
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Ltt2goTransport.Open(tpm.UsbBus!));
        Assert.Equal(TpmFault.Busy, error.Fault);
        Assert.Equal(28, tpm.Transmit(s_command, new byte[tpm.Info.MaxResponseSize]));
    }

    [Theory]
    [InlineData(FaultKind.UsbStall, 0)]
    [InlineData(FaultKind.UsbStall, 1)]
    [InlineData(FaultKind.UsbStall, 2)]
    [InlineData(FaultKind.UsbTimeout, 0)]
    [InlineData(FaultKind.UsbTimeout, 1)]
    [InlineData(FaultKind.UsbShortRead, 0)]
    public void A_single_hiccup_is_not_noticed(FaultKind kind, int value)
    {
        for (int skipped = 0; skipped < 12; skipped++)
        {
            using SimulatedTpm tpm = Open();
            int left = skipped;
            tpm.SpiPort!.Observer = _ =>
            {
                if (left-- == 0)
                {
                    tpm.Model.Inject(new Fault(kind, value) { Accesses = 1 });
                }
            };
            byte[] response = new byte[tpm.Info.MaxResponseSize];
            Assert.Equal(28, tpm.Transmit(s_command, response));
            Assert.Equal(28, tpm.Transmit(s_command, response));
            Assert.True(tpm.Model.FaultsHaveBegun);
            Assert.Equal(2 + 1, tpm.Model.Counters.TotalExecutions); // and the question for the family
            Assert.Empty(tpm.Model.Rules.Violations);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2_000, 1)]
    [InlineData(20_000, 6)]
    [InlineData(200_000, 16)]
    [InlineData(5_000_000, 28)]
    public void A_known_command_is_polled_a_few_times_only_and_its_end_is_seen_soon(int microseconds, int busyPolls)
    {
        using SimulatedTpm tpm = Open();
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        tpm.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMicroseconds(microseconds));
        tpm.Transmit(s_command, response);
        tpm.Model.Counters.Clear();
        tpm.Transmit(s_command, response);
        BusCounters counters = tpm.Model.Counters;

        // With a millisecond for each of a frame's three transfers: what the protocol needs, and looks at the status.
        Assert.InRange(counters.Frames - counters.BusyPolls, 1, 12);
        Assert.InRange(counters.BusyPolls, 0, busyPolls);
        Assert.InRange(counters.Overshoot!.Value.TotalMicroseconds, 0, Math.Max(4000, microseconds / 100));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("SIM0000000000001")]
    [InlineData("^SIM0+1$")]
    [InlineData("0001")]
    public void A_stick_is_chosen_by_serial_number_or_pattern(string? serial)
    {
        using var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 28));
        using ITpmTransport tpm = Ltt2goTransport.Open(UsbModelBus.WithLtt2go(model), serial);
        Assert.Equal("spi-ltt2go", tpm.Info.Kind);
    }

    private static SimulatedTpm Open() => SimulatedTpm.OnLtt2go(new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 28)));
}
