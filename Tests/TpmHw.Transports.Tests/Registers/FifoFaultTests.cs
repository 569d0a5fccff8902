using System.Buffers.Binary;
using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>A bus or a chip that fails: the right response or a typed error in time, nothing executed twice, and the next command works.</summary>
public sealed class FifoFaultTests
{
    private static readonly byte[] s_command = RawCommands.Command(0x8001, 0x17B, new byte[90]);

    [Theory]
    [InlineData(0xFFFFFFFFu, TpmFault.FloatingBus)]
    [InlineData(0u, TpmFault.StuckLow)]
    [InlineData(0xD1151D00u, TpmFault.ByteSwapped)]
    [InlineData(0x803AA22Bu, TpmFault.BitShifted)] // D1 15 1D 00 one bit early: A2 2B 3A 00..
    public void What_is_no_chip_is_told_as_what_it_is(uint didVid, TpmFault fault)
    {
        if (fault == TpmFault.BitShifted)
        {
            didVid = BinaryPrimitives.ReverseEndianness(BinaryPrimitives.ReverseEndianness(0x001D15D1u) << 1);
        }

        var fake = new FifoFake(FifoFakes.Answer(44)) { DidVid = didVid };
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => FifoFakes.Open(fake));
        Assert.Equal(fault, error.Fault);
        Assert.Contains("DID_VID", error.Evidence, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
        Assert.True(fake.IsDisposed);
    }

    [Fact]
    public void A_chip_that_starts_up_slowly_is_waited_for()
    {
        var fake = new FifoFake(FifoFakes.Answer(44));
        fake.OnRead = (_, _, value) =>
        {
            if (fake.Clock.Now < TimeSpan.FromMilliseconds(600))
            {
                value.Fill(0xFF);
            }
        };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        AssertWorks(fake, tpm);
    }

    [Theory]
    [InlineData(0xFF, TpmFault.FloatingBus)]
    [InlineData(0x00, TpmFault.StuckLow)]
    public void A_bus_that_dies_is_noticed_in_every_phase_and_used_again_when_it_lives(byte level, TpmFault fault)
    {
        for (int frame = 0; frame < 13; frame++)
        {
            (FifoFake fake, ITpmTransport tpm) = Opened();
            fake.Execution = TimeSpan.FromMilliseconds(5);
            int start = fake.Frames;
            fake.OnRead = (_, _, value) =>
            {
                if (fake.Frames > start + frame)
                {
                    value.Fill(level);
                }
            };
            fake.OnWrite = (_, _, _) => fake.Frames <= start + frame;
            TimeSpan before = fake.Clock.Now;

            TpmTransportException? error = Record.Exception(() => Transmit(tpm)) as TpmTransportException;

            Assert.InRange(fake.Clock.Now - before, TimeSpan.Zero, TimeSpan.FromSeconds(20));
            Assert.True(error is null || error.Fault == fault || fake.Executions == 1, $"frame {frame}: {error?.Fault}");
            Assert.InRange(fake.Executions, 0, 1);
            fake.OnRead = null;
            fake.OnWrite = null;
            AssertWorks(fake, tpm);
            tpm.Dispose();
        }
    }

    [Fact]
    public void A_locality_that_nobody_gives_up_is_named()
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { Owner = 2 };
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => FifoFakes.Open(fake));
        Assert.Equal(TpmFault.NoLocality, error.Fault);
        Assert.Contains("locality 2 has the TPM", error.Evidence, StringComparison.Ordinal);
        Assert.InRange(fake.Clock.Now, TimeSpan.FromMilliseconds(750), TimeSpan.FromMilliseconds(900));
    }

    [Fact]
    public void The_locality_of_a_program_that_crashed_is_given_back_for_it()
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { StopsInIdle = false };
        fake.Write(TpmRegister.Access, 2, [0x02]);
        fake.Write(TpmRegister.Sts, 2, [0x40]);
        using ITpmTransport tpm = FifoFakes.Open(fake);
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_locality_seized_before_tpmGo_is_requested_again_and_the_command_sent_again()
    {
        for (int frame = 1; frame <= 4; frame++)
        {
            (FifoFake fake, ITpmTransport tpm) = Opened();
            SeizeAt(fake, frame);
            Assert.Equal(44, Transmit(tpm));
            Assert.Equal(1, fake.Executions);
            AssertWorks(fake, tpm);
        }
    }

    [Fact]
    public void A_locality_seized_after_tpmGo_is_an_error_and_nothing_is_sent_again()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        fake.Execution = TimeSpan.FromMilliseconds(5);
        SeizeAt(fake, 12);
        Assert.Equal(TpmFault.LocalityLost, Assert.Throws<TpmTransportException>(() => Transmit(tpm)).Fault);
        Assert.Equal(1, fake.Executions);
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_command_that_somebody_aborts_is_an_error()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        fake.Execution = TimeSpan.FromMilliseconds(5);
        int start = fake.Frames;
        fake.OnRead = (register, locality, _) =>
        {
            if (register == TpmRegister.Sts && fake.Frames == start + 12)
            {
                fake.Write(TpmRegister.Sts, locality, [0x40]);
            }
        };
        Assert.Equal(TpmFault.Aborted, Assert.Throws<TpmTransportException>(() => Transmit(tpm)).Fault);
        fake.OnRead = null;
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_burstCount_that_stays_0_ends_at_its_deadline_with_nothing_executed()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        fake.TimeToBurst = TimeSpan.FromSeconds(100);
        TimeSpan before = fake.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Transmit(tpm));
        Assert.Equal(TpmFault.BurstTimeout, error.Fault);
        Assert.Contains("burstCount 0", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("of 750 ms", error.Evidence, StringComparison.Ordinal);
        Assert.InRange(fake.Clock.Now - before, TimeSpan.FromMilliseconds(750), TimeSpan.FromMilliseconds(760));
        Assert.Equal(0, fake.Executions);
        fake.TimeToBurst = TimeSpan.Zero;
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_burstCount_that_is_0_for_a_while_and_small_then_only_costs_time()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        fake.TimeToBurst = TimeSpan.FromMilliseconds(20);
        fake.Burst = 7;
        Assert.Equal(44, Transmit(tpm));
        AssertWorks(fake, tpm);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(1000, TpmFault.ExpectStuck)]
    public void Command_bytes_that_are_lost_are_sent_again_a_few_times(int losses, TpmFault? fault)
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        int left = losses;
        fake.OnWrite = (register, _, value) => register != TpmRegister.DataFifo || value.Length != 36 || left-- <= 0;
        Exception? error = Record.Exception(() => Transmit(tpm));
        Assert.Equal(fault, (error as TpmTransportException)?.Fault);
        Assert.Equal(fault is null ? 1 : 0, fake.Executions);
        fake.OnWrite = null;
        AssertWorks(fake, tpm);
    }

    [Theory]
    [InlineData(2)]  // the header's size
    [InlineData(5)]
    [InlineData(0)]  // its tag
    public void A_response_damaged_on_the_way_is_read_again(int at)
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        int damages = 2;
        fake.OnRead = (register, _, value) =>
        {
            if (register == TpmRegister.DataFifo && value.Length == 10 && damages-- > 0)
            {
                value[at] ^= 0x41;
            }
        };
        Assert.Equal(44, Transmit(tpm));
        Assert.Equal(1, fake.Executions);
        AssertWorks(fake, tpm);
    }

    [Theory]
    [InlineData(0u, TpmFault.BadResponse)]
    [InlineData(9u, TpmFault.BadResponse)]
    [InlineData(43u, TpmFault.BadResponse)]
    [InlineData(45u, TpmFault.Truncated)]
    [InlineData(4000u, TpmFault.Truncated)]
    [InlineData(4097u, TpmFault.BadResponse)]
    [InlineData(0x8000_0000u, TpmFault.BadResponse)]
    [InlineData(uint.MaxValue, TpmFault.BadResponse)]
    public void A_size_that_lies_is_an_error(uint size, TpmFault fault)
    {
        bool lies = false;
        var fake = new FifoFake((command, response) =>
        {
            int length = FifoFakes.Answer(44)(command, response);
            BinaryPrimitives.WriteUInt32BigEndian(response[2..], lies ? size : 44);
            return length;
        }) { Burst = 22 };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        lies = true;
        Assert.Equal(fault, Assert.Throws<TpmTransportException>(() => Transmit(tpm)).Fault);
        Assert.Equal(1, fake.Executions);
        lies = false;
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_status_with_bits_that_cannot_be_is_read_again()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        int reads = 0;
        fake.OnRead = (register, _, value) =>
        {
            if (register == TpmRegister.Sts && reads++ % 2 == 0)
            {
                value[0] |= 0x21;
            }
        };
        Assert.Equal(44, Transmit(tpm));
        Assert.Equal(1, fake.Executions);
        fake.OnRead = (register, _, value) =>
        {
            if (register == TpmRegister.Sts)
            {
                value[0] |= 0x21;
            }
        };
        Assert.Equal(TpmFault.BadStatus, Assert.Throws<TpmTransportException>(() => Transmit(tpm)).Fault);
        fake.OnRead = null;
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_command_that_hangs_is_cancelled_at_its_deadline()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        fake.Execution = TimeSpan.FromHours(1);
        Assert.Equal(10, Transmit(tpm)); // TPM_RC_CANCELED is a response
        Assert.Equal(1, fake.Cancels);
        Assert.InRange(fake.Clock.Now, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(21));
        fake.Execution = TimeSpan.Zero;
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_command_that_hangs_and_ignores_the_cancel_is_aborted()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        fake.Execution = TimeSpan.FromHours(1);
        fake.IgnoresCancel = true;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Transmit(tpm));
        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Contains("of 20000 ms", error.Evidence, StringComparison.Ordinal);
        Assert.InRange(fake.Clock.Now, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(25));
        fake.Execution = TimeSpan.Zero;
        AssertWorks(fake, tpm);
    }

    [Theory]
    [InlineData(TpmFamily.Tpm20, false, 1)]
    [InlineData(TpmFamily.Tpm20, true, 1)]
    [InlineData(TpmFamily.Tpm12, false, 0)]
    public void A_cancelled_command_ends_by_commandCancel_or_else_by_commandReady(TpmFamily family, bool ignored, int cancels)
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { IgnoresCancel = ignored };
        using ITpmTransport tpm = FifoFakes.Open(fake, family);
        fake.ResetCounts();
        fake.Execution = TimeSpan.FromHours(1);
        using var cancel = new CancellationTokenSource();
        fake.OnRead = (_, _, _) =>
        {
            if (fake.BusyPolls == 5)
            {
                cancel.Cancel();
            }
        };
        TimeSpan before = fake.Clock.Now;

        Assert.Equal(cancel.Token, Assert.Throws<OperationCanceledException>(() => tpm.Transmit(s_command, new byte[4096], cancel.Token)).CancellationToken);

        Assert.Equal(cancels, fake.Cancels);
        Assert.InRange(fake.Clock.Now - before, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        fake.OnRead = null;
        fake.Execution = TimeSpan.Zero;
        AssertWorks(fake, tpm);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(500, false)]
    [InlineData(1900, false)]
    public void A_chip_that_is_slow_to_get_ready_or_wants_to_be_told_twice_works(int milliseconds, bool twice)
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { TimeToReady = TimeSpan.FromMilliseconds(milliseconds), StopsInIdle = twice };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        AssertWorks(fake, tpm);
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void A_chip_that_never_gets_ready_is_an_error_at_its_deadline()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        Transmit(tpm);
        fake.TimeToReady = TimeSpan.FromHours(1);
        Transmit(tpm);
        TimeSpan before = fake.Clock.Now;
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Transmit(tpm));
        Assert.Equal(TpmFault.NotReady, error.Fault);
        Assert.Contains("of 4000 ms", error.Evidence, StringComparison.Ordinal); // Infineon's
        Assert.InRange(fake.Clock.Now - before, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        Assert.Equal(2, fake.Executions);
        fake.TimeToReady = TimeSpan.Zero;
        AssertWorks(fake, tpm);
    }

    [Fact]
    public void Commands_go_to_the_locality_that_is_chosen()
    {
        (FifoFake fake, ITpmTransport tpm) = Opened();
        ITpmLocality ability = tpm.FindAbility<ITpmLocality>()!;
        ability.Locality = 3;
        Assert.Equal(3, fake.Owner);
        AssertWorks(fake, tpm);
        ability.Locality = 0;
        Assert.Equal(0, fake.Owner);
        AssertWorks(fake, tpm);
        Assert.Throws<ArgumentOutOfRangeException>(() => ability.Locality = 5);
        tpm.Dispose();
        Assert.Equal(-1, fake.Owner);
        Assert.True(fake.IsDisposed);
    }

    [Fact]
    public void A_chip_with_locality_0_alone_says_so()
    {
        var fake = new FifoFake(FifoFakes.Answer(44)) { DidVid = 0x000B15D1, InterfaceId = 0xFFFF_FFFF, Capability = 0 };
        using ITpmTransport tpm = FifoFakes.Open(fake);
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => tpm.FindAbility<ITpmLocality>()!.Locality = 1).Fault);
        AssertWorks(fake, tpm);
    }

    private static (FifoFake Fake, ITpmTransport Tpm) Opened()
    {
        var fake = new FifoFake(FifoFakes.Answer(44));
        ITpmTransport tpm = FifoFakes.Open(fake);
        return (fake, tpm);
    }

    private static int Transmit(ITpmTransport tpm) => tpm.Transmit(s_command, new byte[4096]);

    private static void SeizeAt(FifoFake fake, int frame)
    {
        int start = fake.Frames;
        fake.OnWrite = (_, _, _) => Seize();
        fake.OnRead = (_, _, _) => Seize();

        bool Seize()
        {
            if (fake.Frames == start + frame)
            {
                start = int.MinValue / 2;
                fake.LoseLocality(to: -1);
                fake.Seized = 1;
            }

            return true;
        }
    }

    private static void AssertWorks(FifoFake fake, ITpmTransport tpm)
    {
        fake.ResetCounts();
        byte[] response = new byte[4096];
        Assert.Equal(44, tpm.Transmit(s_command, response));
        Assert.Equal(43, response[43]);
        Assert.Equal(1, fake.Executions);
    }
}
