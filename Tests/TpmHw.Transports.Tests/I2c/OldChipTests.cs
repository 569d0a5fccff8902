using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

/// <summary>The chips that are older than the PTP, through the same driver.</summary>
public sealed class OldChipTests
{
    public static TheoryData<I2cChip> Chips => [I2cChip.Slb9635, I2cChip.Slb9645, I2cChip.Cr50, I2cChip.Nuvoton, I2cChip.St33zp24];

    [Theory]
    [MemberData(nameof(Chips))]
    public void Commands_and_responses_of_every_size_go_through(I2cChip kind)
    {
        foreach ((int command, int response) in new[] { (10, 10), (12, 44), (22, 200), (350, 620), (1059, 19), (35, 1045) })
        {
            OldChip chip = Make(kind, new FifoFake(FifoFakes.Answer(response)) { Burst = kind == I2cChip.Nuvoton ? 32 : 62, Execution = TimeSpan.FromMilliseconds(30) });
            using ITpmTransport tpm = Open(chip, kind);
            byte[] bytes = RawCommands.Command(0x8001, 0x17B, new byte[command - 10]);
            byte[] answer = new byte[4096];
            for (int run = 0; run < 2; run++)
            {
                Assert.Equal(response, tpm.Transmit(bytes, answer));
                Assert.Equal(Enumerable.Range(10, response - 10).Select(static i => (byte)i), answer[10..response]);
            }

            AssertNoViolations(chip);
        }
    }

    [Theory]
    [MemberData(nameof(Chips))]
    public void A_chip_that_does_not_acknowledge_now_and_then_is_one_that_works(I2cChip kind)
    {
        OldChip chip = Make(kind, new FifoFake(FifoFakes.Answer(300)) { Burst = 30 });
        using ITpmTransport tpm = Open(chip, kind);
        int message = 0;
        chip.Acknowledges = () => ++message % 3 != 0;
        Assert.Equal(300, tpm.Transmit(RawCommands.Command(0x8001, 0x17B, new byte[90]), new byte[4096]));
        AssertNoViolations(chip);
    }

    [Theory]
    [InlineData(I2cChip.Slb9635)]
    [InlineData(I2cChip.Slb9645)]
    [InlineData(I2cChip.Cr50)]
    [InlineData(I2cChip.Nuvoton)]
    public void A_chip_that_says_who_it_is_is_recognised(I2cChip kind)
    {
        OldChip chip = Make(kind, new FifoFake(FifoFakes.Answer(44)) { Burst = 30 });
        using ITpmTransport tpm = Open(chip, I2cChip.Auto);
        Assert.Equal(44, tpm.Transmit(RawCommands.Command(0x8001, 0x17B, []), new byte[4096]));
        Assert.DoesNotContain(chip.AllViolations, static v => v != "guard time" && v != "a repeated start"); // while it was not known
    }

    [Fact]
    public void What_follows_the_ptp_is_recognised_and_what_says_nothing_is_asked_for()
    {
        var chip = new PtpChip(new FifoFake(FifoFakes.Answer(44)));
        using (ITpmTransport tpm = I2cTransport.Open(chip, I2cChip.Auto, "i2cdev", "i2cdev:", null, new RegisterTransportOptions { Family = TpmFamily.Tpm20 }))
        {
            Assert.Equal(44, tpm.Transmit(RawCommands.Command(0x8001, 0x17B, []), new byte[4096]));
        }

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => I2cTransport.Open(new SilentPort(acknowledges: true), I2cChip.Auto, "i2cdev", "i2cdev:"));
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains("chip=", error.Advice, StringComparison.Ordinal);
        Assert.Equal(
            TpmFault.NotAcknowledged,
            Assert.Throws<TpmTransportException>(() => I2cTransport.Open(new SilentPort(acknowledges: false), I2cChip.Auto, "i2cdev", "i2cdev:")).Fault);
    }

    [Fact]
    public void Nuvotons_identity_is_found_where_firmware_2_81_has_it()
    {
        var fifo = new FifoFake(FifoFakes.Answer(44)) { Burst = 30 };
        var chip = new NuvotonChip(fifo, identityAt: 0x20);
        using ITpmTransport tpm = Open(chip, I2cChip.Auto);
        Assert.Equal(44, tpm.Transmit(RawCommands.Command(0x8001, 0x17B, []), new byte[4096]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Googles_ready_line_ends_the_wait_and_one_that_is_dead_costs_time_once(bool works)
    {
        var fifo = new FifoFake(FifoFakes.Answer(44)) { Burst = 30 };
        var chip = new GoogleChip(fifo, 0x504A_6666) { ReadyAfter = TimeSpan.FromMicroseconds(works ? 300 : 20_000) };
        var line = new ReadyLine(chip, works);
        using (ITpmTransport tpm = I2cTransport.Open(chip, I2cChip.Cr50, "i2cdev", "i2cdev:", line, new RegisterTransportOptions { Family = TpmFamily.Tpm20 }))
        {
            Assert.InRange(chip.Clock.Now, TimeSpan.Zero, works ? TimeSpan.FromMilliseconds(50) : TimeSpan.FromSeconds(1.5));
            int waits = line.Waits;
            TimeSpan before = chip.Clock.Now;
            tpm.Transmit(RawCommands.Command(0x8001, 0x17B, []), new byte[4096]);
            Assert.InRange(chip.Clock.Now - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(works ? 30 : 500));
            Assert.Equal(works, line.Waits > waits);
            Assert.Empty(chip.Violations);
        }

        Assert.True(line.IsDisposed);
    }

    [Fact]
    public void A_chip_without_localities_has_but_one()
    {
        OldChip chip = Make(I2cChip.Nuvoton, new FifoFake(FifoFakes.Answer(44)) { Burst = 30 });
        using ITpmTransport tpm = Open(chip, I2cChip.Nuvoton);
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => tpm.FindAbility<ITpmLocality>()!.Locality = 1).Fault);
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => tpm.FindAbility<ITpmHashSequence>()!.HashStart()).Fault);
        Assert.Equal(44, tpm.Transmit(RawCommands.Command(0x8001, 0x17B, []), new byte[4096]));
    }

    internal static OldChip Make(I2cChip kind, FifoFake fifo) => kind switch
    {
        I2cChip.Slb9635 => new InfineonChip(fifo, isOlder: true),
        I2cChip.Slb9645 => new InfineonChip(fifo, isOlder: false),
        I2cChip.Cr50 => new GoogleChip(fifo, 0x0028_1AE0),
        I2cChip.Nuvoton => new NuvotonChip(fifo),
        _ => new StChip(fifo),
    };

    private static ITpmTransport Open(OldChip chip, I2cChip kind) =>
        I2cTransport.Open(chip, kind, "i2cdev", "i2cdev:", null, new RegisterTransportOptions { Family = TpmFamily.Tpm20 });

    private static void AssertNoViolations(OldChip chip) => Assert.Empty(chip.AllViolations);

    /// <summary>A wire with nothing that could be understood.</summary>
    private sealed class SilentPort(bool acknowledges) : II2cPort
    {
        private readonly FakeClock _clock = new();

        public string Name => "silent";

        public TpmClock Clock => _clock;

        public int MaxTransfer => 64;

        public bool CanCombine => true;

        public bool Write(ReadOnlySpan<byte> bytes) => Moved();

        public bool Read(Span<byte> bytes)
        {
            bytes.Fill(0xFF);
            return Moved();
        }

        public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read) => Read(read);

        public void Dispose()
        {
        }

        private bool Moved()
        {
            _clock.Wait(TimeSpan.FromMicroseconds(100));
            return acknowledges;
        }
    }

    private sealed class ReadyLine(GoogleChip chip, bool works) : IGpioLine
    {
        public int Waits { get; private set; }

        public bool IsDisposed { get; private set; }

        public string Name => "ready";

        public bool Level { get; set; }

        public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken)
        {
            if (time == TimeSpan.Zero)
            {
                return false;
            }

            Waits++;
            chip.Clock.Wait(works ? chip.ReadyAfter : time, cancellationToken);
            return works;
        }

        public void Dispose() => IsDisposed = true;
    }
}
