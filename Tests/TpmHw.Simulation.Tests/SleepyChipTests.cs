using TpmHw.Testing;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Simulation.Tests;

/// <summary>The driver with a chip that sleeps, needs pauses, and says ready too soon.</summary>
public class SleepyChipTests
{
    private static readonly FifoProfile s_profile = FifoProfiles.Find("cr50")!;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_chip_that_fell_asleep_between_commands_is_woken(bool canHold)
    {
        using FifoModel model = Model(s_profile);
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model, new SpiModelSettings { CanHoldChipSelect = canHold });
        var lengths = new List<int>();
        tpm.SpiPort!.Observer = frame => lengths.Add(frame.Mosi.Length);
        for (int i = 0; i < 3; i++)
        {
            lengths.Clear();
            model.Clock.Wait(TimeSpan.FromSeconds(5));
            GetRandom(tpm);
            Assert.Equal(0, lengths[0]);
            Assert.DoesNotContain(0, lengths.Skip(1));
        }

        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Fact]
    public void A_chip_that_sleeps_when_it_is_opened_is_found()
    {
        using FifoModel model = Model(s_profile);
        var port = new SpiModelPort(model);
        port.Exchange([], [], hold: false);
        model.Clock.Wait(TimeSpan.FromSeconds(5));
        using ITpmTransport tpm = RegisterTransport.Open(new SpiRegisterBus(port), "sim", "sim:spi");
        GetRandom(tpm);
        // Nobody can know that it sleeps before it is known which chip it is: the first access is lost, and wakes it.
        Assert.Equal(TpmRule.GuardTime, Assert.Single(model.Rules.Violations).Rule);
    }

    [Theory]
    [InlineData(0x504A_6666)]
    [InlineData(0x5066_6666)]
    public void Its_successors_are_known_as_well(uint didVid)
    {
        using FifoModel model = Model(s_profile with { DidVid = didVid });
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        model.Clock.Wait(TimeSpan.FromSeconds(5));
        GetRandom(tpm);
        Assert.Equal(0, model.Rules.Count);
    }

    [Fact]
    public void A_locality_that_is_granted_late_after_a_reset_is_waited_for()
    {
        using FifoModel model = Model(s_profile with { GrantTime = TimeSpan.FromSeconds(20) });
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        GetRandom(tpm);
        Assert.Equal(0, model.Rules.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    [InlineData(900_000)]
    public void So_is_one_after_a_reset_in_mid_session(int microseconds)
    {
        using FifoModel model = Model(s_profile);
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        GetRandom(tpm);
        model.Inject(new Fault(FaultKind.Reset, microseconds));
        model.Inject(new Fault(FaultKind.GrantLate, 20_000_000));
        GetRandom(tpm);
        Assert.InRange(model.Clock.Now, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        Assert.Equal(0, model.Rules.Count);
    }

    [Fact]
    public void A_chip_whose_header_tells_the_truth_is_served_as_well()
    {
        using FifoModel model = Model(s_profile with { HeaderLies = false });
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        GetRandom(tpm);
        Assert.Equal(0, model.Rules.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_chip_of_an_unknown_vendor_without_quirks_is_used_without_pauses(int waits)
    {
        using FifoModel model = Model(FifoProfiles.Plain with { DidVid = 0x0001_ABCD, Waits = SpiWaits.All(waits) });
        using SimulatedTpm tpm = SimulatedTpm.OnSpi(model);
        TimeSpan start = model.Clock.Now;
        GetRandom(tpm);
        Assert.InRange(model.Clock.Now - start, TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
        Assert.Equal(0, model.Rules.Count);
    }

    private static FifoModel Model(FifoProfile profile)
    {
        var model = new FifoModel(profile, new CannedTpm(profile.Family, static (_, response) =>
        {
            RawCommands.Response(0).CopyTo(response);
            return 10;
        }));
        return model;
    }

    private static void GetRandom(ITpmTransport tpm) =>
        Assert.Equal(10, tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 8), new byte[tpm.Info.MaxResponseSize]));
}
