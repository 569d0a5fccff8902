namespace TpmHw.Simulation.Tests.I2c;

/// <summary>Each rule that is about I2C, broken once. The message has no effect beyond the breach.</summary>
public class I2cRuleTests
{
    private const int Access = 0x04;
    private const int Sts = 0x18;
    private const int DidVid = 0x48;
    private static readonly TimeSpan s_guard = TimeSpan.FromMicroseconds(100);

    [Theory]
    [InlineData(I2cGuards.WriteWrite, "W", "W")]
    [InlineData(I2cGuards.WriteRead, "W", "R")]
    [InlineData(I2cGuards.ReadWrite, "WR", "W")]
    [InlineData(I2cGuards.ReadRead, "WR", "R")]
    public void A_message_inside_the_guard_time_is_not_acknowledged(I2cGuards guard, string before, string message)
    {
        using var bench = new I2cBench(Plain(t => t with { Guards = guard, GuardTime = s_guard }));
        foreach (char c in before)
        {
            bench.Model.Clock.Wait(s_guard);
            Assert.True(Send(c));
        }

        bench.Model.Clock.Wait(s_guard - TimeSpan.FromTicks(1));
        Assert.False(Send(message[0]));
        bench.AssertBroken(TpmRule.GuardTime);
        bench.Model.Rules.Clear();
        Assert.True(Send(message[0])); // by then it is over
        Assert.DoesNotContain(bench.Model.Rules.Violations, static v => v.Rule == TpmRule.GuardTime);

        bool Send(char kind) => kind == 'W' ? bench.Port.Write([DidVid]) : bench.Port.Read(new byte[4]);
    }

    [Theory]
    [InlineData(I2cGuards.WriteWrite, "W", "W")]
    [InlineData(I2cGuards.WriteRead, "W", "R")]
    [InlineData(I2cGuards.ReadWrite, "WR", "W")]
    public void A_guard_time_that_the_chip_does_not_need_is_not_asked_for(I2cGuards guard, string before, string message)
    {
        using var bench = new I2cBench(Plain(t => t with { Guards = I2cGuards.Between & ~guard, GuardTime = s_guard }));
        foreach (char c in before)
        {
            bench.Model.Clock.Wait(s_guard);
            Assert.True(Send(c));
        }

        Assert.True(Send(message[0]));
        bench.AssertNothingBroken();

        bool Send(char kind) => kind == 'W' ? bench.Port.Write([DidVid]) : bench.Port.Read(new byte[4]);
    }

    [Fact]
    public void A_repeated_start_where_the_chip_needs_time_between()
    {
        using var bench = new I2cBench(Plain(t => t with { Guards = I2cGuards.RepeatedStart, GuardTime = s_guard }));
        Assert.False(bench.Port.WriteRead([DidVid], new byte[4]));
        bench.AssertBroken(TpmRule.GuardTime);
    }

    [Fact]
    public void A_repeated_start_to_a_chip_that_needs_a_stop()
    {
        using var bench = new I2cBench(I2cProfiles.Find("slb9635-i2c")!);
        Assert.False(bench.Port.WriteRead([0x06], new byte[4]));
        bench.AssertBroken(TpmRule.RepeatedStart);
    }

    [Fact]
    public void A_repeated_start_that_the_controller_can_not_do()
    {
        using var bench = new I2cBench(Plain(), new I2cModelSettings { CanCombine = false });
        Assert.False(bench.Port.CanCombine);
        Assert.Throws<NotSupportedException>(() => bench.Port.WriteRead([DidVid], new byte[4]));
    }

    [Fact]
    public void A_read_before_the_line_says_that_the_chip_is_ready()
    {
        using var bench = new I2cBench(I2cProfiles.Find("cr50-i2c")!);
        Assert.True(bench.Port.Write([0x06]));
        Assert.False(bench.Port.ReadyLine!.WaitForFall(TimeSpan.FromMilliseconds(1), CancellationToken.None));
        Assert.False(bench.Port.Read(new byte[4]));
        bench.AssertBroken(TpmRule.GuardTime);
        Assert.True(bench.Port.ReadyLine.WaitForFall(TimeSpan.FromMilliseconds(10), CancellationToken.None));
        Assert.True(bench.Port.Read(new byte[4]));
        Assert.False(bench.Port.ReadyLine.WaitForFall(TimeSpan.FromMilliseconds(1), CancellationToken.None));
    }

    [Fact]
    public void An_edge_that_nobody_waited_for_comes_first()
    {
        using var bench = new I2cBench(I2cProfiles.Find("cr50-i2c")!);
        bench.Write(0x06);
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(20));
        bench.Write(0x06);
        TimeSpan before = bench.Model.Clock.Now;
        Assert.True(bench.Port.ReadyLine!.WaitForFall(TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.Equal(before, bench.Model.Clock.Now);
    }

    [Fact]
    public void A_read_without_a_register()
    {
        using var bench = new I2cBench(Plain());
        byte[] value = new byte[4];
        Assert.True(bench.Port.Read(value));
        Assert.Equal("FFFFFFFF", I2cBench.Hex(value));
        bench.AssertBroken(TpmRule.RegisterNotSelected);
    }

    [Fact]
    public void A_read_with_the_register_of_the_read_before()
    {
        using var bench = new I2cBench(Plain());
        bench.Read(DidVid, 4);
        Assert.True(bench.Port.Read(new byte[4]));
        bench.AssertBroken(TpmRule.RegisterNotSelected);
    }

    [Fact]
    public void A_read_with_the_register_of_a_write()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(Access, 0x02);
        Assert.True(bench.Port.Read(new byte[1]));
        bench.AssertBroken(TpmRule.RegisterNotSelected);
    }

    [Fact]
    public void A_read_that_was_not_acknowledged_can_be_repeated()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(DidVid);
        bench.Model.Inject(new Fault(FaultKind.NackStorm) { Accesses = 1 });
        byte[] value = new byte[4];
        Assert.False(bench.Port.Read(value));
        Assert.True(bench.Port.Read(value));
        Assert.Equal("14100100", I2cBench.Hex(value));
        Assert.Empty(bench.Model.Rules.Violations);
    }

    [Theory]
    [InlineData(DidVid, 5)]
    [InlineData(Sts, 5)]
    [InlineData(0x00, 2)]
    [InlineData(0x44, 3)]
    public void A_read_over_a_registers_end(int register, int size)
    {
        using var bench = new I2cBench(Plain());
        Assert.Equal(new string('F', 2 * size), bench.Read(register, size));
        bench.AssertBroken(TpmRule.RegisterBorder);
    }

    [Theory]
    [InlineData(Access)]
    [InlineData(0x40)]
    public void A_write_over_a_registers_end(int register)
    {
        using var bench = new I2cBench(Plain());
        bench.Write(register, 0x02, 0x01);
        bench.AssertBroken(TpmRule.RegisterBorder);
        Assert.Null(bench.Model.ActiveLocality);
        Assert.Equal("00", bench.Read(0x40, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_part_of_a_status_that_comes_whole_or_not_at_all(int size)
    {
        using var bench = new I2cBench(I2cProfiles.Find("cr50-i2c")!) { Pause = TimeSpan.FromMilliseconds(20) };
        Assert.Equal(new string('F', 2 * size), bench.Read(0x01, size));
        bench.AssertBroken(TpmRule.RegisterBorder);
    }

    [Theory]
    [InlineData("plain-i2c", 0x0C)]
    [InlineData("plain-i2c", 0x19)]
    [InlineData("plain-i2c", 0x80)]
    [InlineData("slb9645", 0x0A)]
    [InlineData("npct650", 0x04)]
    [InlineData("npct650", 0x20)]
    [InlineData("wpct301", 0x61)]
    public void A_read_where_no_register_is(string profile, int register)
    {
        using var bench = new I2cBench(I2cProfiles.Find(profile)!);
        Assert.Equal("FF", bench.Read(register, 1));
        bench.AssertBroken(TpmRule.UnknownRegister);
    }

    [Fact]
    public void A_write_where_no_register_is()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(0x0C, 1);
        bench.AssertBroken(TpmRule.UnknownRegister);
    }

    [Theory]
    [InlineData("plain-i2c", 0x30)]
    [InlineData("plain-i2c", 0x44)]
    [InlineData("plain-i2c", DidVid)]
    [InlineData("slb9645", 0x06)]
    [InlineData("npct650", 0x01)]
    [InlineData("npct650", 0x40)]
    [InlineData("st33zp24", 0x99)]
    public void A_write_to_what_can_only_be_read(string profile, int register)
    {
        using var bench = new I2cBench(I2cProfiles.Find(profile)!);
        bench.Write(register, 1);
        bench.AssertBroken(TpmRule.WriteToReadOnly);
    }

    [Fact]
    public void A_locality_that_does_not_exist()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(0x00, 5);
        bench.AssertBroken(TpmRule.NoSuchLocality);
        Assert.Equal("00", bench.Read(0x00, 1));
    }

    [Theory]
    [InlineData("slb9635-i2c", 0x50)]
    [InlineData("slb9645", 0xF0)]
    public void A_locality_that_does_not_exist_in_an_address(string profile, int register)
    {
        using var bench = new I2cBench(I2cProfiles.Find(profile)!);
        Assert.Equal("FF", bench.Read(register, 1));
        bench.AssertBroken(TpmRule.NoSuchLocality);
    }

    [Theory]
    [InlineData("cr50-i2c", 63)]
    [InlineData("npct501", 32)]
    public void A_message_longer_than_the_chip_takes(string profile, int most)
    {
        using var bench = new I2cBench(I2cProfiles.Find(profile)!) { Pause = TimeSpan.FromMilliseconds(20) };
        Assert.False(bench.Port.Write(new byte[1 + most + 1]));
        bench.AssertBroken(TpmRule.MessageTooLong);
    }

    [Fact]
    public void A_message_longer_than_the_controller_takes()
    {
        using var bench = new I2cBench(Plain(), new I2cModelSettings { MaxTransfer = 32 });
        Assert.Equal(32, bench.Port.MaxTransfer);
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Port.Write(new byte[33]));
    }

    [Fact]
    public void A_burst_that_forgets_that_the_address_counts()
    {
        using var bench = new I2cBench(I2cProfiles.Find("cr50-i2c")!) { Pause = TimeSpan.FromMilliseconds(20) };
        bench.Write(0x00, 0x02);
        bench.Write(0x01, 0x40, 0, 0, 0);
        Assert.Equal(63, bench.ReadBytes(0x01, 4)[1]);
        bench.Write(0x05, [0x80, 1, 0, 0, 0, 100, 0, 0, 1, 0x7B, .. new byte[53]]);
        bench.AssertBroken(TpmRule.BurstOverrun);
    }

    [Theory]
    [InlineData(new byte[] { 0x18 })]
    [InlineData(new byte[] { 0x18, 0x00 })]
    [InlineData(new byte[] { 0x18, 0xAA, 0xAA })]
    [InlineData(new byte[] { 0x98 })]
    public void A_message_that_st33zp24_does_not_know(byte[] message)
    {
        using var bench = new I2cBench(I2cProfiles.Find("st33zp24")!);
        Assert.True(bench.Port.Write(message));
        bench.AssertBroken(TpmRule.MalformedMessage);
    }

    [Fact]
    public void A_checksum_that_is_switched_on_with_bits_that_are_reserved()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(0x40, 0x81);
        bench.AssertBroken(TpmRule.ReservedBits);
    }

    [Fact]
    public void A_clock_that_the_chip_can_not_follow()
    {
        using var bench = new I2cBench(I2cProfiles.Find("strict-i2c")!, new I2cModelSettings { ClockHz = 400_000 });
        bench.Read(DidVid, 4);
        bench.AssertBroken(TpmRule.ClockTooFast);
    }

    [Fact]
    public void Nobody_is_at_another_address()
    {
        using var bench = new I2cBench(Plain(), new I2cModelSettings { Address = 0x2F });
        Assert.False(bench.Port.Write([]));
        using var right = new I2cBench(Plain(), new I2cModelSettings { Address = 0x2E });
        Assert.True(right.Port.Write([]));
        right.AssertNothingBroken();
    }

    [Fact]
    public void A_chip_that_is_busy_acknowledges_nothing_and_that_is_no_breach()
    {
        FifoProfile profile = Plain(static t => t with { BusyAfterFifo = TimeSpan.FromMilliseconds(2), BusyAfterGo = TimeSpan.FromMilliseconds(5) });
        using var bench = new I2cBench(profile with { PowerUpTime = TimeSpan.FromMilliseconds(10) });
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(7));
        bench.Write(Access, 0x02);
        PtpOnI2cTests.GetReady(bench);
        Assert.Equal(64, bench.ReadBytes(Sts, 4)[1]);
        bench.Write(0x24, I2cBench.Command);
        AssertBusy(bench, TimeSpan.FromMilliseconds(2));
        Assert.Equal(0x80, bench.ReadBytes(Sts, 4)[0]);
        bench.Write(Sts, 0x20);
        AssertBusy(bench, TimeSpan.FromMilliseconds(5));
        Assert.Equal(FifoState.Execution, bench.Model.State);
        bench.Model.Reset();
        AssertBusy(bench, TimeSpan.FromMilliseconds(10));
        bench.AssertNothingBroken();
    }

    private static void AssertBusy(I2cBench bench, TimeSpan time)
    {
        TimeSpan start = bench.Model.Clock.Now;
        while (!bench.Port.Write([0x00]))
        {
            Assert.InRange(bench.Model.Clock.Now - start, TimeSpan.Zero, time + TimeSpan.FromMicroseconds(200));
        }

        Assert.InRange(bench.Model.Clock.Now - start, time, time + TimeSpan.FromMicroseconds(400));
    }

    private static FifoProfile Plain(Func<I2cTraits, I2cTraits>? change = null)
    {
        FifoProfile plain = I2cProfiles.Find("plain-i2c")!;
        return change is null ? plain : plain with { I2c = change(plain.I2c!) };
    }
}
