using TpmHw.Testing;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

/// <summary>The FIFO driver on I2C: what it costs, and what it gets over.</summary>
public sealed class I2cDriverTests
{
    private static readonly byte[] s_command = RawCommands.Command(0x8001, 0x17B, new byte[90]);

    /// <summary>Sizes, burstCount, whether it is static, and the least accesses of <see cref="FifoBusCostTests"/>.</summary>
    public static TheoryData<int, int, int, bool, int> Floors => new()
    {
        { 12, 44, 64, false, 9 }, { 350, 620, 64, false, 37 }, { 1059, 19, 32, false, 75 }, { 35, 1045, 8, false, 277 },
        { 12, 44, 64, true, 9 }, { 350, 620, 64, true, 23 }, { 35, 1045, 32, true, 42 },
    };

    [Theory]
    [MemberData(nameof(Floors))]
    public void An_access_costs_one_message_and_the_checksum_two(int command, int response, int burst, bool isStatic, int accesses)
    {
        FifoFake fifo = new(FifoFakes.Answer(response)) { Burst = burst, Capability = isStatic ? 0x3000_0797u : 0x3000_0697u };
        foreach (bool hasChecksum in new[] { false, true })
        {
            var chip = new PtpChip(fifo) { Capability = isStatic ? 1u << 29 : 0, HasChecksum = hasChecksum };
            using ITpmTransport tpm = PtpChips.Open(chip);
            byte[] bytes = RawCommands.Command(0x8001, 0x17B, new byte[command - 10]);
            tpm.Transmit(bytes, new byte[4096]);
            chip.Log.Clear();

            tpm.Transmit(bytes, new byte[4096]);

            Assert.Equal(accesses + (hasChecksum ? 2 : 0), chip.Log.Count);
            PtpChips.AssertNoViolations(chip);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_command_that_is_damaged_on_the_way_is_sent_again_before_go(int times)
    {
        (PtpChip chip, ITpmTransport tpm) = Opened();
        using (tpm)
        {
            chip.Damage = (toTpm, data) => data[^1] ^= toTpm && data.Length > 20 && times-- > 0 ? (byte)4 : (byte)0;
            Works(chip, tpm);
            PtpChips.AssertNoViolations(chip);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_response_that_is_damaged_on_the_way_is_read_again(int times)
    {
        (PtpChip chip, ITpmTransport tpm) = Opened();
        using (tpm)
        {
            chip.Damage = (toTpm, data) => data[^1] ^= !toTpm && data.Length > 20 && times-- > 0 ? (byte)4 : (byte)0;
            Works(chip, tpm);
            PtpChips.AssertNoViolations(chip);
        }
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Damage_without_end_is_an_error_that_names_both_checksums(bool toTpm, int executions)
    {
        (PtpChip chip, ITpmTransport tpm) = Opened();
        using (tpm)
        {
            chip.Fifo.ResetCounts();
            chip.Damage = (direction, data) => data[^1] ^= direction == toTpm && data.Length > 20 ? (byte)4 : (byte)0;
            TpmTransportException error = Assert.Throws<TpmTransportException>(() => tpm.Transmit(s_command, new byte[4096]));
            Assert.Equal((TpmFault.ChecksumMismatch, executions), (error.Fault, chip.Fifo.Executions));
            Assert.Contains("TPM_DATA_CSUM = 0x", error.Evidence, StringComparison.Ordinal);
            Assert.NotEmpty(error.Advice);
            chip.Damage = static (_, _) => { };
            Works(chip, tpm);
            PtpChips.AssertNoViolations(chip);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void After_a_reset_the_locality_and_the_checksum_are_asked_for_again(int locality)
    {
        (PtpChip chip, ITpmTransport tpm) = Opened();
        using (tpm)
        {
            tpm.FindAbility<ITpmLocality>()!.Locality = locality;
            Works(chip, tpm);
            chip.Reset();
            Works(chip, tpm);
            Assert.Equal(locality, chip.Fifo.Owner);

            // The checksum is on again.
            int times = 1;
            chip.Damage = (toTpm, data) => data[^1] ^= toTpm && data.Length > 20 && times-- > 0 ? (byte)4 : (byte)0;
            Works(chip, tpm);
            Assert.InRange(times, int.MinValue, 0);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void A_chip_that_does_not_acknowledge_now_and_then_is_one_that_works(int every)
    {
        (PtpChip chip, ITpmTransport tpm) = Opened();
        using (tpm)
        {
            int message = 0;
            chip.Acknowledges = () => ++message % every != 0;
            Works(chip, tpm);
            PtpChips.AssertNoViolations(chip);
        }
    }

    [Fact]
    public void A_chip_that_falls_silent_in_any_phase_is_an_error_in_time_and_nothing_runs_twice()
    {
        for (int quiet = 0; quiet < 14; quiet++)
        {
            (PtpChip chip, ITpmTransport tpm) = Opened();
            using (tpm)
            {
                chip.Fifo.ResetCounts();
                int left = quiet;
                chip.Acknowledges = () => left-- > 0;
                TimeSpan before = chip.Clock.Now;
                try
                {
                    tpm.Transmit(s_command, new byte[4096]);
                    Assert.True(quiet > 9); // the response was whole
                }
                catch (TpmTransportException e)
                {
                    Assert.Equal(TpmFault.NotAcknowledged, e.Fault);
                }

                Assert.InRange(chip.Fifo.Executions, 0, 1);
                Assert.InRange(chip.Clock.Now - before, TimeSpan.Zero, TimeSpan.FromSeconds(1));
                chip.Acknowledges = static () => true;
                Works(chip, tpm);
                Assert.Empty(chip.Violations);
            }
        }
    }

    [Fact]
    public void A_chip_that_starts_up_slowly_is_waited_for_and_one_that_is_not_there_is_not()
    {
        var chip = new PtpChip(new FifoFake(FifoFakes.Answer(44)));
        chip.Acknowledges = () => chip.Clock.Now > TimeSpan.FromMilliseconds(700);
        PtpChips.Open(chip).Dispose();
        Assert.True(chip.IsDisposed);

        chip = new PtpChip(new FifoFake(FifoFakes.Answer(44))) { Acknowledges = static () => false };
        Assert.Equal(TpmFault.NotAcknowledged, Assert.Throws<TpmTransportException>(() => PtpChips.Open(chip)).Fault);
        Assert.InRange(chip.Clock.Now, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5));
        Assert.True(chip.IsDisposed);
    }

    private static (PtpChip Chip, ITpmTransport Tpm) Opened()
    {
        var chip = new PtpChip(new FifoFake(FifoFakes.Answer(44)));
        ITpmTransport tpm = PtpChips.Open(chip);
        tpm.Transmit(s_command, new byte[4096]);
        return (chip, tpm);
    }

    private static void Works(PtpChip chip, ITpmTransport tpm)
    {
        chip.Fifo.ResetCounts();
        byte[] response = new byte[4096];
        Assert.Equal(44, tpm.Transmit(s_command, response));
        Assert.Equal(Enumerable.Range(10, 34).Select(static i => (byte)i), response[10..44]);
        Assert.Equal(1, chip.Fifo.Executions);
    }
}

internal static class PtpChips
{
    public static ITpmTransport Open(PtpChip chip, TpmFamily? family = TpmFamily.Tpm20) =>
        RegisterTransport.Open(new I2cRegisterBus(chip), "i2cdev", "i2cdev:", new RegisterTransportOptions { Family = family });

    public static ITpmTransport OverLibtpms()
    {
        ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        tpm.Transmit(RawCommands.Startup(TpmFamily.Tpm20), new byte[4096]);
        return Open(new PtpChip(new FifoFake((command, response) => tpm.Transmit(command, response)) { Behind = tpm }) { KeepsLog = false }, null);
    }

    public static void AssertNoViolations(PtpChip chip)
    {
        Assert.Empty(chip.Violations);
        Assert.Empty(chip.Fifo.Violations);
    }
}
