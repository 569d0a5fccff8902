using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

public sealed class FifoDriverConformance : TransportConformance
{
    protected override ITpmTransport Open() => FifoFakes.OverLibtpms(Family);
}

public sealed class FifoDriverTpm12Conformance : TransportConformance
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    protected override ITpmTransport Open() => FifoFakes.OverLibtpms(Family);
}

/// <summary>What the driver puts on the bus: as little as the protocol allows.</summary>
public sealed class FifoBusCostTests
{
    /// <summary>Command and response sizes, burstCount, and the least frames, bytes and status reads.</summary>
    public static TheoryData<int, int, int, bool, int, int, int> Floors => new()
    {
        // burstCount read again before each burst, Expect and dataAvail checked at the ends.
        { 12, 44, 64, false, 9, 106, 4 }, { 22, 200, 64, false, 15, 305, 7 }, { 14, 356, 64, false, 19, 475, 9 },
        { 350, 620, 64, false, 37, 1174, 18 }, { 1059, 19, 64, false, 41, 1304, 20 }, { 35, 1045, 64, false, 41, 1306, 20 },
        { 12, 44, 32, false, 11, 117, 5 }, { 22, 200, 32, false, 21, 338, 10 }, { 14, 356, 32, false, 31, 541, 15 },
        { 350, 620, 32, false, 67, 1339, 33 }, { 1059, 19, 32, false, 75, 1491, 37 }, { 35, 1045, 32, false, 75, 1493, 37 },
        { 12, 44, 8, false, 21, 172, 10 }, { 22, 200, 8, false, 61, 558, 30 }, { 14, 356, 8, false, 99, 915, 49 },
        { 350, 620, 8, false, 249, 2340, 124 }, { 1059, 19, 8, false, 277, 2602, 138 }, { 35, 1045, 8, false, 277, 2604, 138 },

        // burstCount known to be static: the check of dataAvail at the end is one frame of 7 bytes above the least.
        { 12, 44, 64, true, 8 + 1, 99 + 7, 3 + 1 }, { 22, 200, 64, true, 10 + 1, 273 + 7, 3 + 1 }, { 14, 356, 64, true, 13 + 1, 433 + 7, 3 + 1 },
        { 350, 620, 64, true, 22 + 1, 1069 + 7, 3 + 1 }, { 1059, 19, 64, true, 24 + 1, 1185 + 7, 3 + 1 }, { 35, 1045, 64, true, 24 + 1, 1187 + 7, 3 + 1 },
        { 12, 44, 8, true, 14 + 1, 123 + 7, 3 + 1 }, { 350, 620, 8, true, 128 + 1, 1493 + 7, 3 + 1 }, { 35, 1045, 32, true, 41 + 1, 1255 + 7, 3 + 1 },
    };

    [Theory]
    [MemberData(nameof(Floors))]
    public void A_command_costs_the_least_that_the_protocol_allows(int command, int response, int burst, bool isStatic, int frames, int bytes, int statusReads)
    {
        var fake = new FifoFake(FifoFakes.Answer(response)) { Burst = burst, Capability = isStatic ? 0x3000_0797u : 0x3000_0697u };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        Transmit(tpm, command);
        fake.ResetCounts();

        Transmit(tpm, command);

        Assert.Equal((frames, bytes, statusReads), (fake.Frames, fake.Bytes, fake.StatusReads));
        Assert.Equal(1, fake.Executions);
        Assert.Empty(fake.Violations);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(1000)]
    [InlineData(1900)]
    public void A_chip_that_takes_its_time_to_get_ready_is_looked_at_once_it_is(int microseconds)
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { TimeToReady = TimeSpan.FromMicroseconds(microseconds) };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        Transmit(tpm, 12);
        Transmit(tpm, 12);
        fake.ResetCounts();
        TimeSpan start = fake.Clock.Now;
        for (int i = 0; i < 50; i++)
        {
            Transmit(tpm, 12);
        }

        // At times it is looked at too soon, which shows that the time has become no shorter.
        Assert.InRange(fake.StatusReads, 50 * 4, 50 * 5);
        Assert.InRange(fake.Clock.Now - start, TimeSpan.Zero, 50 * TimeSpan.FromMicroseconds((1.1 * microseconds) + 200));
        Assert.Empty(fake.Violations);
    }

    private static void Transmit(ITpmTransport tpm, int size) => tpm.Transmit(RawCommands.Command(0x8001, 0x17B, new byte[size - 10]), new byte[4096]);
}

/// <summary>How soon the driver knows that a command is done, and how often it looks.</summary>
public sealed class FifoCompletionTests
{
    [Theory]
    [InlineData(10, 50)]
    [InlineData(100, 50)]
    [InlineData(333, 50)]
    [InlineData(1000, 50)]
    [InlineData(1700, 34)]
    [InlineData(20_000, 400)]
    [InlineData(200_000, 4000)]
    [InlineData(3_000_000, 60_000)]
    public void The_end_is_known_soon_and_with_few_looks(int microseconds, int overshoot)
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { Execution = TimeSpan.FromMicroseconds(microseconds) };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        for (int run = 0; run < 6; run++)
        {
            fake.ResetCounts();
            tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 32), new byte[4096]);
            if (run > 0 || microseconds <= 1000)
            {
                Assert.InRange(fake.Overshoot.TotalMicroseconds, 0, overshoot);
                Assert.InRange(fake.BusyPolls, 0, 40);
            }
        }

        Assert.Empty(fake.Violations);
    }

    [Fact]
    public void A_refusal_that_comes_early_is_found_early_and_teaches_nothing()
    {
        byte[] code = [0, 0, 0, 0];
        var fake = new FifoFake((command, response) =>
        {
            int length = FifoFakes.Answer(44)(command, response);
            code.CopyTo(response[6..]);
            return length;
        });
        using ITpmTransport tpm = FifoFakes.Open(fake);
        byte[] create = RawCommands.Command(0x8001, 0x153, new byte[10]);
        fake.Execution = TimeSpan.FromMilliseconds(200);
        tpm.Transmit(create, new byte[4096]);
        tpm.Transmit(create, new byte[4096]);

        code[2] = 9;
        fake.Execution = TimeSpan.FromMilliseconds(3);
        tpm.Transmit(create, new byte[4096]);
        Assert.InRange(fake.Overshoot.TotalMilliseconds, 0, 3);

        code[2] = 0;
        fake.Execution = TimeSpan.FromMilliseconds(200);
        fake.ResetCounts();
        tpm.Transmit(create, new byte[4096]);
        Assert.InRange(fake.Overshoot.TotalMilliseconds, 0, 4);
        Assert.InRange(fake.BusyPolls, 1, 40);
    }

    [Fact]
    public void The_interrupt_line_is_waited_on()
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { HasInterruptLine = true, Execution = TimeSpan.FromMilliseconds(200) };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        for (int run = 0; run < 3; run++)
        {
            fake.ResetCounts();
            tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 32), new byte[4096]);
        }

        Assert.InRange(fake.Overshoot.TotalMicroseconds, 0, 50);
        Assert.InRange(fake.BusyPolls, 0, 20);
        Assert.Equal(0x8000_0009u, fake.IntEnable);
    }

    [Fact]
    public void An_interrupt_line_that_never_fires_costs_nothing_and_is_given_up()
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { HasInterruptLine = true, LineWorks = false, Execution = TimeSpan.FromMilliseconds(20) };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        for (int run = 0; run < 6; run++)
        {
            tpm.Transmit(RawCommands.GetRandom(TpmFamily.Tpm20, 32), new byte[4096]);
        }

        Assert.InRange(fake.Overshoot.TotalMicroseconds, 0, 400);
        Assert.Equal(0u, fake.IntEnable & 0x8000_0000);
    }
}

/// <summary>The fake in the forms that tests want.</summary>
internal static class FifoFakes
{
    /// <summary>A response of a given size to everything.</summary>
    public static Execute Answer(int size) => (_, response) =>
    {
        RawCommands.Command(0x8001, 0, new byte[size - 10]).CopyTo(response);
        for (int i = 10; i < size; i++)
        {
            response[i] = (byte)i;
        }

        return size;
    };

    public static ITpmTransport Open(FifoFake fake, TpmFamily? family = TpmFamily.Tpm20) =>
        RegisterTransport.Open(fake, "fake", "fake:", new RegisterTransportOptions { Family = family });

    public static ITpmTransport OverLibtpms(TpmFamily family)
    {
        ITpmTransport tpm = TransportCatalog.Default.Open(family == TpmFamily.Tpm20 ? "libtpms" : "libtpms:version=1.2");
        tpm.Transmit(RawCommands.Startup(family), new byte[4096]);
        var fake = new FifoFake((command, response) => tpm.Transmit(command, response)) { Behind = tpm };
        return Open(fake, null);
    }
}
