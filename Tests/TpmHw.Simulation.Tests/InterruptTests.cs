using TpmHw.Testing;
using TpmHw.Transports;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

/// <summary>The driver with the chip's interrupt pin, wired rightly and wrongly.</summary>
public sealed class InterruptTests
{
    private static readonly TimeSpan s_execution = TimeSpan.FromMilliseconds(200);

    [Theory]
    [InlineData(InterruptWiring.Direct, 20, 25)]
    [InlineData(InterruptWiring.None, 1000, 40)]
    [InlineData(InterruptWiring.Dead, 1000, 40)]
    [InlineData(InterruptWiring.Noisy, 1000, 45)]
    [InlineData(InterruptWiring.Inverted, 1000, 45)]
    public void A_right_line_makes_it_quick_and_a_wrong_one_does_no_harm(InterruptWiring wiring, int overshoot, int polls)
    {
        using SimulatedTpm tpm = Open(wiring);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int run = 0; run < 8; run++)
        {
            tpm.Model.Counters.Clear();
            tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 8), response);
            if (run > 0)
            {
                Assert.InRange(tpm.Model.Counters.Overshoot!.Value.TotalMicroseconds, 0, overshoot);
                Assert.InRange(tpm.Model.Counters.BusyPolls, 0, polls);
            }
        }

        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));
        Assert.Equal(wiring == InterruptWiring.Direct, IsEnabled(tpm));
    }

    [Fact]
    public void A_time_that_varies_is_no_matter_with_the_line()
    {
        using SimulatedTpm tpm = Open(InterruptWiring.Direct);
        var model = (FifoModel)tpm.Model;
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int run = 0; run < 20; run++)
        {
            model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(1 + (run * 7919 % 1000)));
            tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 8), response);
            Assert.InRange(model.Counters.Overshoot!.Value.TotalMicroseconds, 0, 50);
        }
    }

    [Fact]
    public void The_pin_is_low_from_the_response_until_the_interrupt_is_cleared()
    {
        using var bench = new Bench();
        var pin = new InterruptPin(bench.Model);
        var inverted = new InterruptPin(bench.Model, InterruptWiring.Inverted);
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(s_execution);
        bench.Request();
        bench.Write(TpmRegister.IntEnable, 0x8000_0009, 4);
        bench.Start();
        TimeSpan start = bench.Model.Clock.Now;
        Assert.False(pin.WaitForFall(s_execution / 2, CancellationToken.None));
        Assert.True(pin.Level);
        Assert.True(pin.WaitForFall(s_execution, CancellationToken.None));
        Assert.Equal(s_execution, bench.Model.Clock.Now - start);
        Assert.False(pin.Level);
        Assert.True(inverted.Level);
        Assert.False(inverted.WaitForFall(TimeSpan.Zero, CancellationToken.None));
        bench.Write(TpmRegister.IntStatus, 1, 4);
        Assert.True(pin.Level);
        Assert.True(inverted.WaitForFall(TimeSpan.Zero, CancellationToken.None));
        Assert.Throws<NotSupportedException>(() => pin.Level = true);
        bench.AssertNothingBroken();
    }

    private static bool IsEnabled(SimulatedTpm tpm)
    {
        byte[] value = new byte[4];
        ((FifoModel)tpm.Model).Read(TpmRegister.IntEnable, 0, value);
        return (value[3] & 0x80) != 0;
    }

    private static SimulatedTpm Open(InterruptWiring wiring)
    {
        var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 20)) { ExecutionTime = ExecutionTimes.Fixed(s_execution) };
        return SimulatedTpm.OnSpi(model, new SpiModelSettings { Interrupt = wiring });
    }
}

public sealed class InterruptSpiConformance() : SimulatedSpiConformance("slb9670")
{
    private protected override SimulatedTpm OpenChip()
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        return (SimulatedTpm)catalog.Open("sim:spi,irq=yes,verify=yes");
    }
}

public sealed class ResetPinTests
{
    [Theory]
    [InlineData("slb9670")]
    [InlineData("st33")]
    [InlineData("cr50")]
    [InlineData("slb9660-tpm12")]
    public void The_reset_line_resets_the_chip_and_the_next_command_works(string profile)
    {
        var catalog = new TransportCatalog([]);
        SimulationTransports.AddTo(catalog);
        using var tpm = (SimulatedTpm)catalog.Open($"sim:spi,profile={profile},irq=yes");
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        TpmFamily family = tpm.Model.Family;
        tpm.Transmit(RawCommands.Startup(family), response);
        Assert.Equal(0u, Code(RawCommands.GetRandom(family, 8)));
        tpm.FindAbility<ITpmReset>()!.Reset();
        Assert.Equal(family == TpmFamily.Tpm20 ? 0x100u : 38u, Code(RawCommands.GetRandom(family, 8))); // not started
        tpm.Transmit(RawCommands.Startup(family), response);
        Assert.Equal(0u, Code(RawCommands.GetRandom(family, 8)));
        Assert.Equal([], tpm.Model.Rules.Violations.Select(static v => v.ToString()));

        uint Code(byte[] command)
        {
            tpm.Transmit(command, response);
            return TpmHw.Wire.TpmHeader.Read(response).Code;
        }
    }

    [Fact]
    public void A_chip_that_is_held_in_reset_does_not_answer()
    {
        using var bench = new Bench();
        var pin = new ResetPin(bench.Model);
        Assert.True(pin.Level);
        pin.Level = false;
        bench.Model.Clock.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal(0u, bench.Read(TpmRegister.Access, 1));
        pin.Level = true;
        Assert.Equal(0x81u, bench.Read(TpmRegister.Access, 1));
    }
}
