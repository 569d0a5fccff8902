using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

/// <summary>Each fault shows on the wire or in the registers, and is gone once it is cleared.</summary>
public class FaultTests
{
    private static readonly byte[] s_readIdentity = [0x83, 0xD4, 0x0F, 0x00, 0, 0, 0, 0];

    [Theory]
    [InlineData(FaultKind.MisoFloating, 0, "FFFFFFFF")]
    [InlineData(FaultKind.Absent, 0, "FFFFFFFF")]
    [InlineData(FaultKind.MisoStuckLow, 0, "00000000")]
    [InlineData(FaultKind.BitsShifted, 0, "8A080080")]
    [InlineData(FaultKind.BytesSwapped, 0, "10140001")]
    public void What_is_read_over_a_bad_wire(FaultKind kind, int value, string expected)
    {
        using var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
        var port = new SpiModelPort(model);
        model.Inject(new Fault(kind, value));
        Assert.Equal(expected, Convert.ToHexString(Read(port)));
        model.ClearFaults();
        Assert.Equal("14100100", Convert.ToHexString(Read(port)));
    }

    [Fact]
    public void Flipped_bits_are_as_many_as_asked_for_and_the_same_each_time()
    {
        string[] runs = [.. Enumerable.Range(0, 2).Select(static _ =>
        {
            using var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
            var port = new SpiModelPort(model);
            model.Inject(new Fault(FaultKind.BitFlips, 100));
            byte[] input = new byte[8];
            int flips = 0;
            var text = new System.Text.StringBuilder();
            for (int i = 0; i < 1000; i++)
            {
                port.Exchange(s_readIdentity, input, hold: false);
                ulong difference = BitConverter.ToUInt64(input) ^ 0x0001_1014_0100_0000;
                flips += System.Numerics.BitOperations.PopCount(difference);
                text.Append(Convert.ToHexString(input));
            }

            Assert.InRange(flips, 500, 800); // 64,000 bits
            return text.ToString();
        })];
        Assert.Equal(runs[0], runs[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Wait_states_as_many_as_asked_for(int waits)
    {
        using var model = new FifoModel(FifoProfiles.Plain with { Waits = SpiWaits.All(3) }, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
        var port = new SpiModelPort(model);
        model.Inject(new Fault(FaultKind.WaitStates, waits));
        byte[] input = new byte[8 + waits];
        port.Exchange([.. s_readIdentity, .. new byte[waits]], input, hold: false);
        Assert.Equal("14100100", Convert.ToHexString(input[^4..]));
    }

    [Fact]
    public void Wait_states_without_an_end()
    {
        using var model = new FifoModel(FifoProfiles.Plain, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
        var port = new SpiModelPort(model);
        model.Inject(new Fault(FaultKind.WaitStates, -1));
        byte[] input = new byte[100_000];
        port.Exchange([.. s_readIdentity, .. new byte[100_000 - 8]], input, hold: false);
        Assert.DoesNotContain(input, static b => (b & 1) != 0);
    }

    [Fact]
    public void Burst_count_zero_one_and_falling()
    {
        using var bench = new Bench();
        bench.Request();
        bench.GetReady();
        bench.Model.Inject(new Fault(FaultKind.BurstZero) { Lasts = TimeSpan.FromMilliseconds(3) });
        Assert.Equal(0u, bench.BurstCount);
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(3));
        Assert.Equal(64u, bench.BurstCount);
        bench.Model.Inject(new Fault(FaultKind.BurstOne) { Accesses = 2 });
        Assert.Equal([1u, 1u, 64u], new[] { bench.BurstCount, bench.BurstCount, bench.BurstCount });
        bench.Model.Inject(new Fault(FaultKind.BurstFalling));
        Assert.Equal([64u, 32u, 16u, 8u, 4u, 2u, 1u, 1u], Enumerable.Range(0, 8).Select(_ => bench.BurstCount));
    }

    [Fact]
    public void What_comes_late_comes_so_much_later()
    {
        using var bench = new Bench();
        bench.Request();
        bench.Model.Inject(new Fault(FaultKind.CommandReadyLate, 700));
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(699));
        Assert.Equal(0u, bench.Status & Bench.CommandReady);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(1));
        Assert.Equal(Bench.CommandReady, bench.Status & Bench.CommandReady);
        bench.Model.Inject(new Fault(FaultKind.StsValidLate, 300));
        bench.Send(Bench.Command);
        Assert.Equal(0u, bench.Status & Bench.StsValid);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(300));
        Assert.Equal(Bench.StsValid, bench.Status & 0xFF);
        bench.Model.ClearFaults();
        bench.Model.Inject(new Fault(FaultKind.DataAvailLate, 200) { From = FaultPhase.Receive });
        bench.Write(TpmRegister.Sts, Bench.Go);
        Assert.Equal(Bench.StsValid, bench.Status & 0xFF);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(200));
        Assert.Equal(Bench.StsValid | Bench.DataAvail, bench.Status & 0xFF);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Expect_that_is_stuck(int at)
    {
        using var bench = new Bench();
        bench.Request();
        bench.GetReady();
        bench.Model.Inject(new Fault(FaultKind.ExpectStuck, at));
        bench.Send(Bench.Command[..^1]);
        Assert.Equal(at * Bench.Expect, bench.Status & Bench.Expect);
        bench.Send(Bench.Command[^1..]);
        Assert.Equal(at * Bench.Expect, bench.Status & Bench.Expect);
    }

    [Fact]
    public void A_size_that_lies_and_data_that_is_left_over()
    {
        using var bench = new Bench();
        bench.Request();
        bench.Model.Inject(new Fault(FaultKind.WrongSize, -3));
        bench.Start();
        _ = bench.Status;
        Assert.Equal(25, bench.Receive(28)[5]);
        bench.Model.ClearFaults();
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        bench.Model.Inject(new Fault(FaultKind.LeftOverData, 2));
        bench.Start();
        bench.Receive(28);
        Assert.Equal(Bench.DataAvail, bench.Status & Bench.DataAvail);
        bench.Receive(2);
        Assert.Equal(0u, bench.Status & Bench.DataAvail);
    }

    [Fact]
    public void Another_locality_that_keeps_the_tpm_as_long_as_the_fault_lasts()
    {
        using var bench = new Bench();
        bench.Model.Inject(new Fault(FaultKind.OwnedByAnother, 2));
        bench.Write(TpmRegister.Access, 0x02);
        bench.Model.Clock.Wait(TimeSpan.FromSeconds(10));
        Assert.Equal(0x83u, bench.Read(TpmRegister.Access, 1));
        bench.Model.ClearFaults();
        Assert.Equal(0xA1u, bench.Read(TpmRegister.Access, 1));
    }

    [Fact]
    public void A_locality_that_is_granted_late()
    {
        using var bench = new Bench();
        bench.Model.Inject(new Fault(FaultKind.GrantLate, 5000));
        bench.Write(TpmRegister.Access, 0x02);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(4999));
        Assert.Equal(0x83u, bench.Read(TpmRegister.Access, 1));
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(1));
        Assert.Equal(0xA1u, bench.Read(TpmRegister.Access, 1));
    }

    [Fact]
    public void A_tpm_that_is_seized_while_a_command_is_sent_and_given_back_later()
    {
        using var bench = new Bench();
        bench.Request();
        bench.GetReady();
        bench.Model.Inject(new Fault(FaultKind.Seized, 1) { From = FaultPhase.Go, Lasts = TimeSpan.FromMilliseconds(1) });
        bench.Send(Bench.Command[..4]);
        Assert.Equal(Bench.Expect, bench.Status & Bench.Expect);
        bench.Send(Bench.Command[4..]);
        Assert.Equal(uint.MaxValue, bench.Status);
        Assert.Equal(0x91u, bench.Read(TpmRegister.Access, 1));
        bench.Write(TpmRegister.Access, 0x10);
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(1));
        bench.Request();
        Assert.Equal(0xA1u, bench.Read(TpmRegister.Access, 1));
        bench.AssertNothingBroken();
    }

    [Theory]
    [InlineData(FaultPhase.Send)]
    [InlineData(FaultPhase.Go)]
    [InlineData(FaultPhase.Execute)]
    [InlineData(FaultPhase.Receive)]
    [InlineData(FaultPhase.Finish)]
    public void A_reset_in_the_middle(FaultPhase phase)
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(1));
        bench.Request();
        bench.Model.Inject(new Fault(FaultKind.Reset, 30_000) { From = phase });
        for (int step = 0; bench.Read(TpmRegister.Access, 1) != 0; step++)
        {
            switch (step)
            {
                case 0:
                    bench.GetReady();
                    bench.Send(Bench.Command);
                    break;
                case 1:
                    bench.Write(TpmRegister.Sts, Bench.Go);
                    break;
                case 2:
                    bench.WaitFor(Bench.DataAvail, Bench.DataAvail);
                    break;
                default:
                    bench.Receive(28);
                    break;
            }
        }

        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(30));
        Assert.Equal(0x81u, bench.Read(TpmRegister.Access, 1));
        bench.AssertNothingBroken();
    }

    [Fact]
    public void A_command_that_hangs_can_be_cancelled()
    {
        using var bench = new Bench();
        bench.Model.Inject(new Fault(FaultKind.Hang));
        bench.Request();
        bench.Start();
        bench.Model.Clock.Wait(TimeSpan.FromHours(1));
        Assert.Equal(FifoState.Execution, bench.Model.State);
        bench.Model.Inject(new Fault(FaultKind.CancelIgnored) { Accesses = 1 });
        bench.Write(TpmRegister.Sts + 3, 1);
        bench.Model.Clock.Wait(TimeSpan.FromHours(1));
        Assert.Equal(FifoState.Execution, bench.Model.State);
        bench.Write(TpmRegister.Sts + 3, 1);
        bench.WaitFor(Bench.DataAvail, Bench.DataAvail);
        Assert.Equal(0x09, bench.Receive(10)[8]);
    }

    [Fact]
    public void Bits_that_a_status_can_not_have()
    {
        using var bench = new Bench();
        bench.Request();
        bench.Model.Inject(new Fault(FaultKind.StatusBits, 0x23) { Accesses = 1 });
        Assert.Equal(0x23u, bench.Status & 0x23);
        Assert.Equal(0u, bench.Status & 0x23);
    }

    [Fact]
    public void What_a_driver_does_after_a_fault_is_marked_until_the_faults_are_cleared()
    {
        using var bench = new Bench();
        bench.Model.Inject(new Fault(FaultKind.BurstZero) { Accesses = 1 });
        _ = bench.Status;
        _ = bench.Status;
        bench.Model.ClearFaults();
        _ = bench.Status;
        Assert.Equal([true, true, false], bench.Model.Rules.Violations.Select(static v => v.DuringFault));
    }

    private static byte[] Read(SpiModelPort port)
    {
        byte[] input = new byte[8];
        port.Exchange(s_readIdentity, input, hold: false);
        return input[4..];
    }
}
