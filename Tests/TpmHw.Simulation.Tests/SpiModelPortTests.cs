using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

public class SpiModelPortTests
{
    private static readonly byte[] s_readAccess = [0x80, 0xD4, 0x00, 0x00];
    private static readonly byte[] s_readIdentity = [0x83, 0xD4, 0x0F, 0x00];

    [Fact]
    public void A_read_is_header_and_data_in_one_frame()
    {
        using SpiModelPort port = Port(out FifoModel model);
        Assert.Equal([0, 0, 0, 1, 0x14, 0x10, 0x01, 0x00], Exchange(port, [.. s_readIdentity, 0, 0, 0, 0]));
        Assert.Equal(1, model.Counters.Frames);
        Assert.Equal(8, model.Counters.Bytes);
        Assert.Equal(1, model.Counters.Exchanges);
        Assert.Equal(0, model.Rules.Count);
    }

    [Theory]
    [InlineData(10_000_000, 84)]
    [InlineData(1_000_000, 660)]
    [InlineData(20_000_000, 52)]
    public void A_frame_takes_the_time_of_its_bytes_and_two_microseconds(int hz, int tenths)
    {
        using SpiModelPort port = Port(out FifoModel model, settings: new SpiModelSettings { ClockHz = hz });
        TimeSpan start = model.Clock.Now;
        Exchange(port, [.. s_readIdentity, 0, 0, 0, 0]);
        Assert.Equal(TimeSpan.FromTicks(tenths), model.Clock.Now - start);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    public void A_chip_that_needs_time_waits_between_header_and_data(int waits)
    {
        using SpiModelPort port = Port(out FifoModel model, FifoProfiles.Plain with { Waits = SpiWaits.All(waits) });
        Assert.Equal(0, Exchange(port, s_readIdentity, hold: true)[3] & 1);
        for (int i = 1; i < waits; i++)
        {
            Assert.Equal(0, Exchange(port, [0], hold: true)[0] & 1);
        }

        Assert.Equal(1, Exchange(port, [0], hold: true)[0] & 1);
        Assert.Equal([0x14, 0x10, 0x01, 0x00], Exchange(port, new byte[4]));
        Assert.Equal(1, model.Counters.Frames);
        Assert.Equal(8 + waits, model.Counters.Bytes);
        Assert.Equal(0, model.Rules.Count);
    }

    [Fact]
    public void A_chip_can_say_ready_in_the_header_and_wait_all_the_same()
    {
        using SpiModelPort port = Port(out _, FifoProfiles.Plain with { Waits = SpiWaits.All(1), HeaderLies = true });
        byte[] input = Exchange(port, [.. s_readIdentity, 0, 0, 0, 0, 0]);
        Assert.Equal(1, input[3] & 1);
        Assert.Equal([0x14, 0x10, 0x01, 0x00], input[5..]);
    }

    [Fact]
    public void A_command_goes_over_the_wire()
    {
        using SpiModelPort port = Port(out FifoModel model);
        Exchange(port, [0x00, 0xD4, 0x00, 0x00, 0x02]);
        Assert.Equal(0xA1, Exchange(port, [.. s_readAccess, 0])[4]);
        Exchange(port, [0x00, 0xD4, 0x00, 0x18, 0x40]);
        Assert.Equal([0xC0, 0x40, 0x00, 0x04], Exchange(port, [0x83, 0xD4, 0x00, 0x18, 0, 0, 0, 0])[4..]);
        Exchange(port, [(byte)(Bench.Command.Length - 1), 0xD4, 0x00, 0x24, .. Bench.Command]);
        Assert.Equal([0x80, 0x40], Exchange(port, [0x81, 0xD4, 0x00, 0x18, 0, 0])[4..]);
        Exchange(port, [0x00, 0xD4, 0x00, 0x18, 0x20]);
        Assert.Equal([0x90, 0x0A, 0x00], Exchange(port, [0x82, 0xD4, 0x00, 0x18, 0, 0, 0])[4..]);
        Assert.Equal([0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0], Exchange(port, [0x89, 0xD4, 0x00, 0x24, .. new byte[10]])[4..]);
        Assert.Equal(1, model.Counters.TotalExecutions);
        Assert.Equal([], model.Rules.Violations.Select(static v => v.ToString()));
    }

    [Fact]
    public void Chip_select_that_rises_in_the_header()
    {
        using SpiModelPort port = Port(out FifoModel model);
        Exchange(port, s_readIdentity[..3]);
        AssertBroken(model, TpmRule.ChipSelectDropped);
    }

    [Fact]
    public void Chip_select_that_rises_in_the_response()
    {
        using SpiModelPort port = Port(out FifoModel model);
        MakeReady(model);
        model.Write(TpmRegister.DataFifo, 0, Bench.Command);
        model.Write(TpmRegister.Sts, 0, [0x20]);
        model.Read(TpmRegister.Sts, 0, new byte[4]);
        Exchange(port, [0x89, 0xD4, 0x00, 0x24, 0, 0, 0, 0, 0]);
        AssertBroken(model, TpmRule.ChipSelectDropped);
        Assert.Equal(10, Exchange(port, [0x80, 0xD4, 0x00, 0x24, 0])[4]);
    }

    [Fact]
    public void Chip_select_that_rises_while_a_register_is_read_does_no_harm()
    {
        using SpiModelPort port = Port(out FifoModel model, FifoProfiles.Plain with { Waits = SpiWaits.All(2) });
        Exchange(port, [.. s_readIdentity, 0, 0, 0, 0]);
        Exchange(port, [.. s_readIdentity, 0]);
        Assert.Equal(0, model.Rules.Count);
        Assert.Equal(2, model.Counters.AbandonedFrames);
    }

    [Fact]
    public void A_register_write_that_is_cut_off_is_no_write()
    {
        using SpiModelPort port = Port(out FifoModel model);
        MakeReady(model);
        Exchange(port, [0x03, 0xD4, 0x00, 0x18, 0x20, 0x00]);
        AssertBroken(model, TpmRule.ChipSelectDropped);
        Assert.Equal(FifoState.Ready, model.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Data_that_is_sent_while_the_chip_waits_is_lost(int waits)
    {
        using SpiModelPort port = Port(out FifoModel model, FifoProfiles.Plain with { Waits = SpiWaits.All(waits) });
        Exchange(port, [0x00, 0xD4, 0x00, 0x00, 0x02]);
        Assert.Null(model.ActiveLocality);
        AssertBroken(model, TpmRule.DataBeforeReady);
    }

    [Fact]
    public void Bytes_after_the_end_of_a_write()
    {
        using SpiModelPort port = Port(out FifoModel model);
        Exchange(port, [0x00, 0xD4, 0x00, 0x00, 0x02, 0x00]);
        AssertBroken(model, TpmRule.BytesPastFrame);
    }

    [Fact]
    public void A_frame_for_another_address_space_is_not_answered()
    {
        using SpiModelPort port = Port(out FifoModel model);
        Assert.Equal([0xFF, 0xFF], Exchange(port, [0x80, 0xD3, 0x0F, 0x00, 0])[3..]);
        AssertBroken(model, TpmRule.UnknownRegister);
    }

    [Fact]
    public void A_clock_that_the_chip_can_not_follow()
    {
        using SpiModelPort port = Port(out FifoModel model, settings: new SpiModelSettings { ClockHz = 50_000_000 });
        Exchange(port, [.. s_readAccess, 0]);
        Exchange(port, [.. s_readAccess, 0]);
        AssertBroken(model, TpmRule.ClockTooFast);
    }

    [Fact]
    public void A_chip_that_sleeps_is_woken_by_chip_select_and_then_takes_its_time()
    {
        using SpiModelPort port = Port(out FifoModel model, FifoProfiles.Find("cr50"));
        byte[] read = [.. s_readIdentity, 0, 0, 0, 0, 0];
        byte[] identity = [0xE0, 0x1A, 0x28, 0x00];
        Assert.Equal(identity, Exchange(port, read)[5..]);
        model.Clock.Wait(TimeSpan.FromMilliseconds(2));
        Assert.Equal(identity, Exchange(port, read)[5..]);
        model.Clock.Wait(TimeSpan.FromSeconds(2));
        Exchange(port, []);
        model.Clock.Wait(TimeSpan.FromMilliseconds(2));
        Assert.Equal(identity, Exchange(port, read)[5..]);
        Assert.Equal(0, model.Rules.Count);
        model.Clock.Wait(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0xFF, Exchange(port, read)[5]);
        AssertBroken(model, TpmRule.GuardTime);
    }

    [Fact]
    public void Holding_needs_a_port_that_can()
    {
        using SpiModelPort port = Port(out _, settings: new SpiModelSettings { CanHoldChipSelect = false });
        Assert.Throws<NotSupportedException>(() => Exchange(port, s_readAccess, hold: true));
    }

    [Fact]
    public void An_observer_sees_each_frame_as_it_was()
    {
        using SpiModelPort port = Port(out _, FifoProfiles.Plain with { Waits = SpiWaits.All(1) });
        var seen = new List<string>();
        port.Observer = frame => seen.Add(
            $"{frame.Register}@{frame.Locality} {(frame.IsWrite ? "write" : "read")} {frame.Waits} {Convert.ToHexString(frame.Data)} {(frame.End - frame.Start).Ticks}");
        Exchange(port, s_readIdentity, hold: true);
        Exchange(port, [0], hold: true);
        Exchange(port, new byte[4]);
        Exchange(port, [0x00, 0xD4, 0x10, 0x00], hold: true);
        Exchange(port, [0], hold: true);
        Exchange(port, [0x02]);
        Assert.Equal(["DidVid@0 read 1 14100100 92", "Access@1 write 1 02 68"], seen);
    }

    private static SpiModelPort Port(out FifoModel model, FifoProfile? profile = null, SpiModelSettings? settings = null)
    {
        model = new FifoModel(profile ?? FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
        model.Clock.Advance(TimeSpan.FromSeconds(1));
        return new SpiModelPort(model, settings);
    }

    private static byte[] Exchange(SpiModelPort port, byte[] output, bool hold = false)
    {
        byte[] input = new byte[output.Length];
        port.Exchange(output, input, hold);
        return input;
    }

    private static void MakeReady(FifoModel model)
    {
        model.Write(TpmRegister.Access, 0, [2]);
        model.Write(TpmRegister.Sts, 0, [0x40]);
        model.Read(TpmRegister.Sts, 0, new byte[4]);
    }

    private static void AssertBroken(FifoModel model, TpmRule rule) => Assert.Equal(rule, Assert.Single(model.Rules.Violations).Rule);
}
