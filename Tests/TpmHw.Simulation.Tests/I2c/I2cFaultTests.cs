namespace TpmHw.Simulation.Tests.I2c;

/// <summary>Each fault that I2C can have shows on the wire, and is gone once it is cleared.</summary>
public class I2cFaultTests
{
    private const int Access = 0x04;
    private const int Sts = 0x18;
    private const int Checksum = 0x44;
    private const int DidVid = 0x48;

    [Theory]
    [InlineData(FaultKind.MisoFloating, 0, "FFFFFFFF")]
    [InlineData(FaultKind.MisoStuckLow, 0, "00000000")]
    [InlineData(FaultKind.BitsShifted, 0, "0A080080")]
    [InlineData(FaultKind.BytesSwapped, 0, "10140001")]
    [InlineData(FaultKind.BitFlips, 1, "EBEFFEFF")]
    public void What_is_read_over_a_bad_wire(FaultKind kind, int value, string expected)
    {
        using var bench = new I2cBench(Plain());
        bench.Model.Inject(new Fault(kind, value));
        Assert.Equal(expected, bench.Read(DidVid, 4));
        bench.Model.ClearFaults();
        Assert.Equal("14100100", bench.Read(DidVid, 4));
    }

    [Theory]
    [InlineData(FaultKind.Absent)]
    [InlineData(FaultKind.NackStorm)]
    public void Nothing_is_acknowledged(FaultKind kind)
    {
        using var bench = new I2cBench(Plain());
        bench.Model.Inject(new Fault(kind));
        for (int i = 0; i < 100; i++)
        {
            Assert.False(bench.Port.Write([Access, 0x02]));
            Assert.False(bench.Port.Read(new byte[1]));
            Assert.False(bench.Port.WriteRead([DidVid], new byte[4]));
        }

        Assert.Equal(300, bench.Model.Counters.NotAcknowledged);
        Assert.Null(bench.Model.ActiveLocality);
        bench.Model.ClearFaults();
        Assert.Equal("14100100", bench.Read(DidVid, 4));
    }

    [Fact]
    public void So_many_messages_are_not_acknowledged()
    {
        using var bench = new I2cBench(Plain());
        bench.Model.Inject(new Fault(FaultKind.NackStorm) { Accesses = 3 });
        Assert.Equal([false, false, false, true, true], Enumerable.Range(0, 5).Select(_ => bench.Port.Write([DidVid])));
    }

    [Fact]
    public void Every_third_message_is_not_acknowledged()
    {
        using var bench = new I2cBench(Plain());
        bench.Model.Inject(new Fault(FaultKind.NackEvery, 3));
        Assert.Equal([true, true, false, true, true, false, true], Enumerable.Range(0, 7).Select(_ => bench.Port.Write([DidVid])));
        bench.Model.ClearFaults();
        Assert.Equal([true, true, true], Enumerable.Range(0, 3).Select(_ => bench.Port.Write([DidVid])));
    }

    [Fact]
    public void A_command_that_is_damaged_on_its_way_shows_in_the_checksum()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(0x40, 1);
        bench.Write(Access, 0x02);
        string whole = Sent();
        bench.Model.Inject(new Fault(FaultKind.CommandDamaged, 11) { Accesses = 1 });
        string damaged = Sent();
        Assert.NotEqual(whole, damaged);
        Assert.Equal(whole, Sent());
        bench.Model.ClearFaults();
        bench.Model.Inject(new Fault(FaultKind.CommandDamaged, 11));
        Assert.Equal([damaged, damaged], [Sent(), Sent()]);
        bench.Write(Sts, 0x20);
        Assert.Equal(I2cBench.Command[11] ^ 1, Assert.Single(bench.Executed)[11]);
        bench.Model.ClearFaults();
        Assert.Equal(whole, Sent());

        string Sent()
        {
            bench.Write(Sts, 0x40); // whatever came before is forgotten
            PtpOnI2cTests.GetReady(bench);
            PtpOnI2cTests.Send(bench, I2cBench.Command);
            return bench.Read(Checksum, 2);
        }
    }

    [Fact]
    public void A_response_that_is_damaged_on_its_way_does_not_have_its_checksum()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(0x40, 1);
        bench.Write(Access, 0x02);
        PtpOnI2cTests.GetReady(bench);
        PtpOnI2cTests.Send(bench, I2cBench.Command);
        bench.Write(Sts, 0x20);
        bench.Model.Inject(new Fault(FaultKind.ResponseDamaged, 10) { Accesses = 1 });
        byte[] damaged = PtpOnI2cTests.Receive(bench, I2cBench.Response.Length);
        string checksum = bench.Read(Checksum, 2);
        bench.Write(Sts, 0x02);
        byte[] whole = PtpOnI2cTests.Receive(bench, I2cBench.Response.Length);
        Assert.Equal(I2cBench.Response, whole);
        Assert.Equal(0xA4, damaged[10]);
        Assert.Equal(checksum, bench.Read(Checksum, 2));
        bench.AssertNothingBroken();
    }

    [Fact]
    public void A_checksum_covers_what_went_through_the_fifo_and_nothing_else()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(Access, 0x02);
        PtpOnI2cTests.GetReady(bench);
        PtpOnI2cTests.Send(bench, I2cBench.Command);
        Assert.Equal("0000", bench.Read(Checksum, 2)); // not switched on
        bench.Write(0x40, 1);
        string checksum = bench.Read(Checksum, 2);
        Assert.NotEqual("0000", checksum);
        bench.Write(Sts, 0x40);
        Assert.Equal("0000", bench.Read(Checksum, 2));
        bench.Model.Reset();
        Assert.Equal("00", bench.Read(0x40, 1));
    }

    [Fact]
    public void A_chip_that_stretches_the_clock_for_longer_than_the_controller_bears()
    {
        using var bench = new I2cBench(Plain(), new I2cModelSettings { Patience = TimeSpan.FromMilliseconds(25) });
        bench.Model.Inject(new Fault(FaultKind.ClockStretched, 25_000));
        TimeSpan start = bench.Model.Clock.Now;
        Assert.True(bench.Port.Write([DidVid]));
        Assert.InRange(bench.Model.Clock.Now - start, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(26));
        bench.Model.ClearFaults();
        bench.Model.Inject(new Fault(FaultKind.ClockStretched, 25_001));
        start = bench.Model.Clock.Now;
        Assert.Equal(TpmFault.Timeout, Assert.Throws<TpmTransportException>(() => bench.Port.Write([Access, 0x02])).Fault);
        Assert.InRange(bench.Model.Clock.Now - start, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(26));
        bench.Model.ClearFaults();
        Assert.Equal("81", bench.Read(Access, 1));
    }

    [Fact]
    public void A_bus_that_is_held_low()
    {
        using var bench = new I2cBench(Plain());
        bench.Model.Inject(new Fault(FaultKind.SdaStuckLow) { Accesses = 2 });
        Assert.Equal(TpmFault.StuckLow, Assert.Throws<TpmTransportException>(() => bench.Port.Write([DidVid])).Fault);
        Assert.Equal(TpmFault.StuckLow, Assert.Throws<TpmTransportException>(() => bench.Port.Read(new byte[4])).Fault);
        Assert.Equal("14100100", bench.Read(DidVid, 4));
    }

    [Fact]
    public void Faults_of_the_registers_work_behind_i2c_as_well()
    {
        using var bench = new I2cBench(Plain());
        bench.Write(Access, 0x02);
        PtpOnI2cTests.GetReady(bench);
        bench.Model.Inject(new Fault(FaultKind.BurstZero));
        Assert.Equal("C0000004", bench.Read(Sts, 4));
        bench.Model.ClearFaults();
        Assert.Equal("C0400004", bench.Read(Sts, 4));
        bench.Model.Inject(new Fault(FaultKind.Reset, 5000));
        Assert.False(bench.Port.Write([Sts]));
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(5));
        Assert.Equal("81", bench.Read(Access, 1));
        bench.Model.ClearFaults();
        bench.Model.Inject(new Fault(FaultKind.OwnedByAnother, 1));
        bench.Write(Access, 0x02);
        Assert.Equal("83", bench.Read(Access, 1));
        bench.Model.ClearFaults();
        Assert.Equal("A1", bench.Read(Access, 1));
        bench.AssertNothingBroken();
    }

    private static FifoProfile Plain() => I2cProfiles.Find("plain-i2c")!;
}
