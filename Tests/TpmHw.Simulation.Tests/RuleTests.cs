using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

/// <summary>Each rule, broken by a driver as one could be written. What the driver did has no effect beyond the breach.</summary>
public sealed class RuleTests : IDisposable
{
    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_command_without_command_ready()
    {
        _bench.Request();
        _bench.Model.Write(TpmRegister.DataFifo, 0, Bench.Command);
        _bench.AssertBroken(TpmRule.MissingCommandReady);
        Assert.Equal(FifoState.Idle, _bench.Model.State);
    }

    [Fact]
    public void More_bytes_than_burst_count()
    {
        _bench.Request();
        _bench.GetReady();
        _ = _bench.BurstCount;
        _bench.Model.Write(TpmRegister.DataFifo, 0, [0x80, 1, 0, 0, 0, 200, 0, 0, 1, 0x7B, .. new byte[50]]);
        _bench.Model.Write(TpmRegister.DataFifo, 0, new byte[5]);
        _bench.AssertBroken(TpmRule.BurstOverrun);
    }

    [Fact]
    public void A_last_byte_without_a_new_burst_count_is_wrong_and_arrives_all_the_same()
    {
        byte[] command = [0x80, 1, 0, 0, 0, 65, 0, 0, 1, 0x7B, .. new byte[55]];
        _bench.Request();
        _bench.GetReady();
        Assert.Equal(64u, _bench.BurstCount);
        _bench.Model.Write(TpmRegister.DataFifo, 0, command.AsSpan(0, 64));
        Assert.Equal(Bench.StsValid | Bench.Expect, _bench.Read(TpmRegister.Sts, 1));
        _bench.Model.Write(TpmRegister.DataFifo, 0, command.AsSpan(64));
        _bench.AssertBroken(TpmRule.BurstOverrun);
        Assert.Equal(Bench.StsValid, _bench.Read(TpmRegister.Sts, 1));
        _bench.Write(TpmRegister.Sts, Bench.Go);
        Assert.Equal([command], _bench.Executed);
    }

    [Fact]
    public void A_burst_count_that_was_never_read()
    {
        _bench.Request();
        _bench.Write(TpmRegister.Sts, Bench.CommandReady);
        _bench.Model.Write(TpmRegister.DataFifo, 0, Bench.Command);
        _bench.AssertBroken(TpmRule.BurstOverrun);
    }

    [Fact]
    public void A_burst_count_of_the_command_used_for_the_response()
    {
        _bench.Request();
        _bench.Start();
        _ = _bench.Read(TpmRegister.Sts, 1);
        _bench.Model.Read(TpmRegister.DataFifo, 0, new byte[10]);
        _bench.AssertBroken(TpmRule.BurstOverrun);
    }

    [Fact]
    public void Writing_while_a_command_runs()
    {
        _bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        _bench.Request();
        _bench.Start();
        _bench.Model.Write(TpmRegister.DataFifo, 0, Bench.Command);
        _bench.AssertBroken(TpmRule.FifoWriteOutOfState);
    }

    [Fact]
    public void Writing_after_the_commands_end()
    {
        _bench.Request();
        _bench.GetReady();
        _bench.Send([.. Bench.Command, 0]);
        _bench.AssertBroken(TpmRule.WritePastEnd);
        _bench.Write(TpmRegister.Sts, Bench.Go);
        Assert.Equal(FifoState.Completion, _bench.Model.State);
        Assert.Equal([Bench.Command], _bench.Executed);
    }

    [Fact]
    public void Reading_while_a_command_runs()
    {
        _bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        _bench.Request();
        _bench.Start();
        Assert.Equal(uint.MaxValue, _bench.Read(TpmRegister.DataFifo));
        _bench.AssertBroken(TpmRule.FifoReadOutOfState);
    }

    [Fact]
    public void Reading_after_the_responses_end()
    {
        _bench.Request();
        _bench.Start();
        _bench.Receive(28);
        Assert.Equal(uint.MaxValue, _bench.Read(TpmRegister.DataFifo));
        _bench.AssertBroken(TpmRule.ReadPastEnd);
    }

    [Fact]
    public void Go_while_the_tpm_expects_more()
    {
        _bench.Request();
        _bench.GetReady();
        _bench.Send(Bench.Command[..^1]);
        _bench.Write(TpmRegister.Sts, Bench.Go);
        _bench.AssertBroken(TpmRule.GoWhileExpect);
        Assert.Equal(FifoState.Reception, _bench.Model.State);
        Assert.Equal(0, _bench.Model.Counters.TotalExecutions);
    }

    [Fact]
    public void Go_twice()
    {
        _bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        _bench.Request();
        _bench.Start();
        _bench.Write(TpmRegister.Sts, Bench.Go);
        _bench.AssertBroken(TpmRule.GoOutOfState);
        Assert.Equal(1, _bench.Model.Counters.TotalExecutions);
    }

    [Fact]
    public void A_retry_without_a_response()
    {
        _bench.Request();
        _bench.Write(TpmRegister.Sts, Bench.ResponseRetry);
        _bench.AssertBroken(TpmRule.RetryOutOfState);
    }

    [Theory]
    [InlineData(TpmRegister.Access, 0x22u)]
    [InlineData(TpmRegister.Sts, 0x60u)]
    public void Two_commands_in_one_write(TpmRegister register, uint value)
    {
        _bench.Request();
        _bench.Write(register, value);
        _bench.AssertBroken(TpmRule.SeveralBits);
        Assert.Equal(0, _bench.Model.ActiveLocality);
        Assert.Equal(FifoState.Idle, _bench.Model.State);
    }

    [Theory]
    [InlineData(TpmRegister.Access, 0x80u)]
    [InlineData(TpmRegister.Sts, 0x10u)]
    public void Bits_that_can_only_be_read(TpmRegister register, uint value)
    {
        _bench.Request();
        _bench.Write(register, value);
        _bench.AssertBroken(TpmRule.ReservedBits);
    }

    [Fact]
    public void Cancelling_on_a_tpm_12()
    {
        using var bench = new Bench(FifoProfiles.Find("slb9660-tpm12"));
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        bench.Request();
        bench.Start();
        bench.Write(TpmRegister.Sts, 1 << 24, size: 4);
        bench.AssertBroken(TpmRule.ReservedBits);
        Assert.Equal(FifoState.Execution, bench.Model.State);
    }

    [Fact]
    public void The_status_of_a_tpm_that_nobody_holds()
    {
        Assert.Equal(uint.MaxValue, _bench.Status);
        _bench.AssertBroken(TpmRule.WithoutLocality);
    }

    [Fact]
    public void A_command_at_a_locality_that_does_not_have_the_tpm()
    {
        _bench.Request(1);
        _bench.Write(TpmRegister.Sts, Bench.CommandReady);
        _bench.AssertBroken(TpmRule.WithoutLocality);
        Assert.Equal(FifoState.Idle, _bench.Model.State);
    }

    [Fact]
    public void Locality_4()
    {
        _bench.Write(TpmRegister.Access, 0x02, locality: 4);
        _bench.AssertBroken(TpmRule.Locality4BySoftware);
        Assert.Null(_bench.Model.ActiveLocality);
    }

    [Fact]
    public void A_hash_sequence_while_a_locality_is_active()
    {
        _bench.Request();
        _bench.Write(TpmRegister.HashStart, 0, locality: 4);
        _bench.AssertBroken(TpmRule.HashOutOfOrder);
        Assert.Equal(0, _bench.Model.ActiveLocality);
    }

    [Fact]
    public void A_hash_that_ends_before_it_starts()
    {
        _bench.Write(TpmRegister.HashEnd, 0, locality: 4);
        _bench.AssertBroken(TpmRule.HashOutOfOrder);
    }

    [Theory]
    [InlineData(TpmRegister.Access, 4)]
    [InlineData(TpmRegister.Sts + 2, 4)]
    [InlineData(TpmRegister.IntfCapability + 3, 2)]
    public void An_access_over_a_registers_end(TpmRegister register, int size)
    {
        _bench.Request();
        _bench.Read(register, size);
        _bench.AssertBroken(TpmRule.RegisterBorder);
    }

    [Fact]
    public void An_address_where_nothing_is()
    {
        Assert.Equal(uint.MaxValue, _bench.Read((TpmRegister)0x200));
        _bench.AssertBroken(TpmRule.UnknownRegister);
    }

    [Fact]
    public void Writing_what_can_only_be_read()
    {
        _bench.Write(TpmRegister.DidVid, 1, size: 4);
        _bench.AssertBroken(TpmRule.WriteToReadOnly);
    }

    [Fact]
    public void A_rule_that_is_broken_without_end_is_counted_and_the_first_breaches_kept()
    {
        for (int i = 0; i < 1000; i++)
        {
            _ = _bench.Status;
        }

        Assert.Equal(1000, _bench.Model.Rules.Count);
        Assert.Equal(256, _bench.Model.Rules.Violations.Count);
        _bench.Model.Rules.Clear();
        Assert.Equal(0, _bench.Model.Rules.Count);
        _bench.AssertNothingBroken();
    }
}
