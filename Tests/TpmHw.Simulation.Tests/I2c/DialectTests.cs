using TpmHw.Testing;

namespace TpmHw.Simulation.Tests.I2c;

/// <summary>The dialects of before the TCG's mapping, each driven by hand as one reads it beside the chip.</summary>
public class DialectTests
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMicroseconds(55);

    [Theory]
    [InlineData("slb9635-i2c", "000B15D1", 100_000)]
    [InlineData("slb9645", "D1151A00", 400_000)]
    public void Infineon_has_locality_and_register_in_one_byte(string profile, string identity, int hz)
    {
        const int Access = 0x00, Sts = 0x01, Burst = 0x02, Fifo = 0x05, DidVid = 0x06;
        using var bench = new I2cBench(I2cProfiles.Find(profile)!, new I2cModelSettings { ClockHz = hz }) { Pause = s_pause };
        Assert.Equal(identity, bench.Read(DidVid, 4));
        bench.Write(Access, 0x02);
        Assert.Equal("A1", bench.Read(Access, 1));
        GetReady(bench, Sts);
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm12, 100);
        for (int sent = 0; sent < command.Length;)
        {
            int piece = Math.Min(Little(bench.Read(Burst, 3)), command.Length - sent);
            bench.Write(Fifo, command[sent..(sent + piece)]);
            sent += piece;
        }

        bench.Write(Sts, 0x20);
        bench.WaitFor(() => (bench.ReadBytes(Sts, 1)[0] & 0x90) == 0x90);
        Receive(bench, size => bench.ReadBytes(Fifo, size), () => Little(bench.Read(Burst, 3)));
        bench.Write(Sts, 0x40);
        bench.Write(Access, 0x20);
        Assert.Equal([command], bench.Executed);
        bench.AssertNothingBroken();
    }

    [Fact]
    public void Infineon_s_other_localities_are_in_the_high_half_of_the_address()
    {
        using var bench = new I2cBench(I2cProfiles.Find("slb9645")!);
        bench.Write(0x20, 0x02);
        Assert.Equal("A1", bench.Read(0x20, 1));
        Assert.Equal(2, bench.Model.ActiveLocality);
        bench.AssertNothingBroken();
    }

    [Theory]
    [InlineData("cr50-i2c", "E01A2800", true)]
    [InlineData("cr50-i2c", "E01A2800", false)]
    [InlineData("ti50-i2c", "66664A50", true)]
    public void Google_s_chips_say_when_they_are_ready(string profile, string identity, bool hasLine)
    {
        const int Access = 0x00, Sts = 0x01, Fifo = 0x05, DidVid = 0x06;
        using var bench = new I2cBench(I2cProfiles.Find(profile)!, new I2cModelSettings { ClockHz = 400_000 }) { Pause = TimeSpan.Zero };
        I2cModelPort port = bench.Port;
        Assert.Equal(identity, Read(DidVid, 4));
        Write(Access, 0x02);
        Assert.Equal("A1", Read(Access, 1));
        Write(Sts, 0x40, 0, 0, 0);
        bench.WaitFor(() => (Status() & 0x40) != 0);
        byte[] command = RawCommands.Biggest(TpmFamily.Tpm20, 200);
        for (int sent = 0; sent < command.Length;)
        {
            int piece = Math.Min(Burst() - 1, command.Length - sent); // the register's byte counts
            Write(Fifo, command[sent..(sent + piece)]);
            sent += piece;
        }

        Write(Sts, 0x20, 0, 0, 0);
        bench.WaitFor(() => (Status() & 0x90) == 0x90);
        Receive(bench, size => Convert.FromHexString(Read(Fifo, size)), Burst);
        Write(Sts, 0x40, 0, 0, 0);
        Assert.Equal([command], bench.Executed);
        bench.AssertNothingBroken();

        int Status() => Convert.FromHexString(Read(Sts, 4))[0];

        int Burst() => Little(Read(Sts, 4)[2..6]);

        string Read(int register, int size)
        {
            byte[] value = new byte[size];
            Write(register);
            Assert.True(port.Read(value));
            return I2cBench.Hex(value);
        }

        void Write(int register, params byte[] value)
        {
            Assert.True(port.Write([(byte)register, .. value]));
            if (hasLine)
            {
                Assert.True(port.ReadyLine!.WaitForFall(TimeSpan.FromMilliseconds(750), CancellationToken.None));
            }
            else
            {
                bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    [Theory]
    [InlineData("npct501", 0x60, "5010FE00")]
    [InlineData("npct650", 0x60, "5010FE01")]
    [InlineData("wpct301", 0x20, "5010FE81")]
    public void Nuvoton_has_no_localities_and_a_fifo_for_each_direction(string profile, int identityAt, string identity)
    {
        const int Sts = 0x00, Burst = 0x01, Write = 0x20, Read = 0x40;
        using var bench = new I2cBench(I2cProfiles.Find(profile)!);
        Assert.Equal(identity, bench.Read(identityAt, 4));
        Assert.Equal(identityAt == 0x60 ? identity : "FFFFFFFF", bench.Read(0x60, 4));
        GetReady(bench, Sts);
        byte[] command = RawCommands.Biggest(bench.Model.Family, 200);
        for (int sent = 0; sent < command.Length;)
        {
            int burst = 0;
            bench.WaitFor(() => (burst = Little(bench.Read(Burst, 1))) != 0);
            int piece = Math.Min(burst, command.Length - sent);
            bench.Write(Write, command[sent..(sent + piece)]);
            sent += piece;
        }

        bench.WaitFor(() => (bench.ReadBytes(Sts, 1)[0] & 0x88) == 0x80);
        bench.Write(Sts, 0x20);
        bench.WaitFor(() => (bench.ReadBytes(Sts, 1)[0] & 0x90) == 0x90);
        Receive(bench, size => bench.ReadBytes(Read, size), () => Little(bench.Read(Burst, 1)));
        bench.Write(Sts, 0x40);
        Assert.Equal([command], bench.Executed);
        bench.AssertNothingBroken();
        bench.Model.Reset();
        bench.Model.Clock.Wait(bench.Model.Profile.PowerUpTime);
        GetReady(bench, Sts);
        bench.AssertNothingBroken();
    }

    [Fact]
    public void St33zp24_has_a_bit_for_writes_and_a_byte_that_fills_up_reads()
    {
        const int Access = 0x00, IntEnable = 0x08, IntfCapability = 0x14, Sts = 0x18, Fifo = 0x24, ForWriting = 0x80;
        using var bench = new I2cBench(I2cProfiles.Find("st33zp24")!, new I2cModelSettings { ClockHz = 400_000 }) { Filler = [0xAA] };
        bench.Write(Access | ForWriting, 0x02);
        Assert.Equal("A1", bench.Read(Access, 1));
        bench.Write(IntEnable | ForWriting, 0x80);
        bench.Write((IntEnable + 3) | ForWriting, 0x80);
        Assert.Equal("80", bench.Read(IntEnable, 1));
        bench.Write((IntEnable + 3) | ForWriting, 0x00);
        Assert.Equal("8000", bench.Read(IntEnable, 1) + bench.Read(IntEnable + 3, 1));
        Assert.Equal(
            I2cBench.Hex(BitConverter.GetBytes(bench.Model.Profile.IntfCapability)),
            string.Concat(Enumerable.Range(IntfCapability, 4).Select(address => bench.Read(address, 1))));
        GetReady(bench, Sts, ForWriting);
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm12, 100);
        Assert.InRange(Burst(), command.Length, 255);
        bench.Write(Fifo | ForWriting, command);
        bench.WaitFor(() => (bench.ReadBytes(Sts, 1)[0] & 0x88) == 0x80);
        bench.Write(Sts | ForWriting, 0x20);
        bench.WaitFor(() => (bench.ReadBytes(Sts, 1)[0] & 0x90) == 0x90);
        Receive(bench, size => bench.ReadBytes(Fifo, size), Burst);
        bench.Write(Sts | ForWriting, 0x40);
        Assert.Equal([command], bench.Executed);
        bench.AssertNothingBroken();

        int Burst() => Little(bench.Read(Sts + 1, 1) + bench.Read(Sts + 2, 1));
    }

    private static void GetReady(I2cBench bench, int sts, int forWriting = 0)
    {
        while ((bench.ReadBytes(sts, 1)[0] & 0x40) == 0)
        {
            bench.Write(sts | forWriting, 0x40);
            bench.Model.Clock.Wait(bench.Model.Profile.CommandReadyTime);
        }
    }

    private static void Receive(I2cBench bench, Func<int, byte[]> read, Func<int> burst)
    {
        var response = new List<byte>();
        while (response.Count < I2cBench.Response.Length)
        {
            int most = 0;
            bench.WaitFor(() => (most = burst()) != 0);
            response.AddRange(read(Math.Min(most, I2cBench.Response.Length - response.Count)));
        }

        Assert.Equal(I2cBench.Response, response);
    }

    private static int Little(string hex) => Convert.FromHexString(hex).Reverse().Aggregate(0, static (value, b) => value << 8 | b);
}
