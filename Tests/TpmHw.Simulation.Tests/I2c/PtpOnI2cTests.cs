namespace TpmHw.Simulation.Tests.I2c;

/// <summary>The TCG's mapping on I2C, driven by hand as one reads it in PTP, 7.2.</summary>
public class PtpOnI2cTests
{
    private const int LocSel = 0x00;
    private const int Access = 0x04;
    private const int Sts = 0x18;
    private const int Fifo = 0x24;
    private const int Capability = 0x30;
    private const int ChecksumEnable = 0x40;
    private const int Checksum = 0x44;
    private const int DidVid = 0x48;

    public static TheoryData<string> Profiles =>
        [.. I2cProfiles.All.Where(static p => p.I2c!.Dialect == I2cDialect.Ptp).Select(static p => p.Name)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_command_goes_over_the_wire(string profile)
    {
        using var bench = new I2cBench(I2cProfiles.Find(profile)!);
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(7));
        bench.Write(LocSel, 0);
        bench.Write(ChecksumEnable, 1);
        bench.Write(Access, 0x02);
        bench.WaitFor(() => bench.Read(Access, 1) == "A1");
        for (int i = 0; i < 3; i++)
        {
            GetReady(bench);
            Assert.Equal(0, bench.ReadBytes(Sts, 4)[3] & 0xFB);
            Send(bench, I2cBench.Command);
            Assert.Equal(I2cBench.Hex(Crc(I2cBench.Command)), bench.Read(Checksum, 2));
            bench.Write(Sts, 0x20);
            bench.WaitFor(() => (bench.ReadBytes(Sts, 4)[0] & 0x90) == 0x90);
            Assert.Equal(I2cBench.Hex(I2cBench.Response), I2cBench.Hex(Receive(bench, I2cBench.Response.Length)));
            Assert.Equal(I2cBench.Hex(Crc(I2cBench.Response)), bench.Read(Checksum, 2));
            bench.WaitFor(() => (bench.ReadBytes(Sts, 4)[0] & 0x90) == 0x80);
            bench.Write(Sts, 0x40);
        }

        bench.Write(Access, 0x20);
        Assert.Equal(3, bench.Executed.Count);
        Assert.All(bench.Executed, static c => Assert.Equal(I2cBench.Command, c));
        bench.AssertNothingBroken();
    }

    [Fact]
    public void The_checksum_is_the_one_that_catalogues_call_kermit() => Assert.Equal("2189", I2cBench.Hex(Crc("123456789"u8)));

    [Fact]
    public void Registers_are_where_the_mapping_puts_them()
    {
        using var bench = new I2cBench(I2cProfiles.Find("npct75x-i2c")!);
        Assert.Equal("5010FC00", bench.Read(DidVid, 4));
        Assert.Equal("10", bench.Read(0x4C, 1));
        Assert.Equal("81", bench.Read(Access, 1));
        Assert.Equal("00", bench.Read(LocSel, 1));
        Assert.Equal(Le((1u << 30) | (1u << 18) | (1u << 17) | (150u << 9)), bench.Read(Capability, 4));
        Assert.Equal("2E00", bench.Read(0x38, 2));
        Assert.Equal(Le(bench.Model.Profile.IntfCapability), bench.Read(0x14, 4));
        Assert.Equal("00000000", bench.Read(0x08, 4));
        Assert.Equal("00", bench.Read(ChecksumEnable, 1));
        bench.AssertNothingBroken();
    }

    [Fact]
    public void Every_register_belongs_to_the_locality_that_is_selected()
    {
        using var bench = new I2cBench(I2cProfiles.Find("plain-i2c")!);
        bench.Write(LocSel, 2);
        Assert.Equal("02", bench.Read(LocSel, 1));
        bench.Write(Access, 0x02);
        Assert.Equal("A1", bench.Read(Access, 1));
        Assert.Equal(2, bench.Model.ActiveLocality);
        bench.Write(LocSel, 0);
        Assert.Equal("81", bench.Read(Access, 1));
        bench.Model.Reset();
        bench.Write(LocSel, 2);
        bench.Model.Reset();
        Assert.Equal("00", bench.Read(LocSel, 1));
        bench.AssertNothingBroken();
    }

    [Fact]
    public void A_hash_sequence_goes_to_locality_4()
    {
        using var bench = new I2cBench(I2cProfiles.Find("plain-i2c")!);
        bench.Write(LocSel, 4);
        bench.Write(0x28, 0);
        bench.Write(Fifo, 1, 2, 3);
        bench.Write(0x20, 0);
        bench.AssertNothingBroken();
        Assert.Null(bench.Model.ActiveLocality);
        Assert.Equal("80", bench.Read(Access, 1));
    }

    [Theory]
    [InlineData(100_000, 0, 0)]
    [InlineData(400_000, 0, 0)]
    [InlineData(1_000_000, 100, 20)]
    public void A_message_takes_the_time_of_its_bits(int hz, int stretch, int call)
    {
        FifoProfile profile = I2cProfiles.Find("plain-i2c")!;
        profile = profile with { I2c = profile.I2c! with { StretchTime = TimeSpan.FromMicroseconds(stretch) } };
        using var bench = new I2cBench(profile, new I2cModelSettings { ClockHz = hz, CallTime = TimeSpan.FromMicroseconds(call) });
        TimeSpan start = bench.Model.Clock.Now;
        Assert.True(bench.Port.Write([DidVid]));
        Assert.True(bench.Port.Read(new byte[4]));
        // Start, stop and nine bits a byte: 2 + 18 and 2 + 45.
        TimeSpan bits = TimeSpan.FromSeconds(67) / hz;
        Assert.Equal(bits + 2 * TimeSpan.FromMicroseconds(stretch + call), bench.Model.Clock.Now - start);
        Assert.Equal(2, bench.Model.Counters.Frames);
        Assert.Equal(7, bench.Model.Counters.Bytes);
        Assert.Equal(2, bench.Model.Counters.Exchanges);
        start = bench.Model.Clock.Now;
        Assert.True(bench.Port.WriteRead([DidVid], new byte[4]));
        Assert.Equal(bits + TimeSpan.FromMicroseconds(2 * stretch + call) - TimeSpan.FromSeconds(1) / hz, bench.Model.Clock.Now - start);
        Assert.Equal(4, bench.Model.Counters.Frames);
        Assert.Equal(3, bench.Model.Counters.Exchanges);
    }

    [Fact]
    public void An_observer_sees_each_message_as_it_was()
    {
        using var bench = new I2cBench(I2cProfiles.Find("plain-i2c")!);
        var seen = new List<string>();
        bench.Port.Observer = m => seen.Add(
            $"{m.Address:X2} {(m.IsRead ? "R" : "W")}{(m.IsRepeated ? "r" : "")} {(m.IsAcknowledged ? I2cBench.Hex(m.Bytes) : "nack")} {(m.End - m.Start).TotalMicroseconds}");
        bench.Read(DidVid, 4);
        bench.Write(LocSel, 1);
        bench.Port.WriteRead([LocSel], new byte[1]);
        bench.Model.Inject(new Fault(FaultKind.Absent));
        bench.Port.Write([LocSel]);
        Assert.Equal(["2E W 48 200", "2E R 14100100 470", "2E W 0001 290", "2E W 00 190", "2E Rr 01 200", "2E W nack 110"], seen);
        Assert.Equal(1, bench.Model.Counters.NotAcknowledged);
    }

    internal static void GetReady(I2cBench bench)
    {
        while ((bench.ReadBytes(Sts, 4)[0] & 0x40) == 0)
        {
            bench.Write(Sts, 0x40);
            bench.Model.Clock.Wait(bench.Model.Profile.CommandReadyTime);
        }
    }

    internal static void Send(I2cBench bench, byte[] command)
    {
        for (int sent = 0; sent < command.Length;)
        {
            int piece = Math.Min(Burst(bench), command.Length - sent);
            bench.Write(Fifo, command[sent..(sent + piece)]);
            sent += piece;
        }
    }

    internal static byte[] Receive(I2cBench bench, int size)
    {
        var response = new List<byte>();
        while (response.Count < size)
        {
            response.AddRange(bench.ReadBytes(Fifo, Math.Min(Burst(bench), size - response.Count)));
        }

        return [.. response];
    }

    private static int Burst(I2cBench bench)
    {
        int burst = 0;
        bench.WaitFor(() =>
        {
            byte[] sts = bench.ReadBytes(Sts, 4);
            return (burst = sts[1] | sts[2] << 8) != 0;
        });
        return burst;
    }

    private static string Le(uint value) => I2cBench.Hex(BitConverter.GetBytes(value));

    // The other way round than the model: shifted left, with bytes and result mirrored.
    private static byte[] Crc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte b in bytes)
        {
            crc ^= Mirror(b, 8) << 8;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1;
            }
        }

        crc = Mirror(crc, 16);
        return [(byte)(crc >> 8), (byte)crc];
    }

    private static int Mirror(int value, int bits)
    {
        int mirrored = 0;
        for (int i = 0; i < bits; i++)
        {
            mirrored |= (value >> i & 1) << (bits - 1 - i);
        }

        return mirrored;
    }
}
