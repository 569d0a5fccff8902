using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

public class FifoModelTests
{
    public static TheoryData<string> Profiles => [.. FifoProfiles.All.Select(static p => p.Name)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_driver_that_keeps_to_the_book_gets_its_response_from_every_chip(string profile)
    {
        using var bench = new Bench(FifoProfiles.Find(profile), responseSize: 300);
        bench.Request();
        for (int i = 0; i < 3; i++)
        {
            byte[] response = bench.Run(300);
            Assert.Equal(300u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(2)));
            Assert.Equal(Enumerable.Range(10, 290).Select(static i => (byte)i), response[10..]);
        }

        bench.AssertNothingBroken();
        Assert.Equal(3, bench.Model.Counters.Executions[0x17B]);
        Assert.Equal([Bench.Command, Bench.Command, Bench.Command], bench.Executed);
    }

    [Fact]
    public void The_states_follow_one_another_as_in_the_table()
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(5));
        bench.Request();
        Assert.Equal(FifoState.Idle, bench.Model.State);
        Assert.Equal(0u, bench.Status & Bench.CommandReady);
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        Assert.Equal(FifoState.Ready, bench.Model.State);
        Assert.Equal(Bench.CommandReady, bench.Status & Bench.CommandReady);
        bench.Send(Bench.Command[..1]);
        Assert.Equal(FifoState.Reception, bench.Model.State);
        Assert.Equal(Bench.StsValid | Bench.Expect, bench.Status & 0xFF);
        bench.Send(Bench.Command[1..^1]);
        Assert.Equal(Bench.StsValid | Bench.Expect, bench.Status & 0xFF);
        bench.Send(Bench.Command[^1..]);
        Assert.Equal(Bench.StsValid, bench.Status & 0xFF);
        Assert.Equal(FaultPhase.Go, bench.Model.Phase);
        bench.Write(TpmRegister.Sts, Bench.Go);
        Assert.Equal(FifoState.Execution, bench.Model.State);
        Assert.Empty(bench.Executed);
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(5) - TimeSpan.FromTicks(1));
        Assert.Equal(FifoState.Execution, bench.Model.State);
        Assert.Equal(0u, bench.Status & Bench.DataAvail);
        bench.Model.Clock.Wait(TimeSpan.FromTicks(1));
        Assert.Equal(FifoState.Completion, bench.Model.State);
        Assert.Equal(Bench.StsValid | Bench.DataAvail, bench.Status & 0xFF);
        bench.Receive(27);
        Assert.Equal(Bench.StsValid | Bench.DataAvail, bench.Status & 0xFF);
        bench.Receive(1);
        Assert.Equal(Bench.StsValid, bench.Status & 0xFF);
        Assert.Equal(FaultPhase.Finish, bench.Model.Phase);
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        Assert.Equal(FifoState.Ready, bench.Model.State);
        bench.AssertNothingBroken();
    }

    [Fact]
    public void A_chip_of_the_tis_goes_idle_after_a_command_and_needs_a_second_command_ready()
    {
        using var bench = new Bench(FifoProfiles.Plain with { FinishesToIdle = true });
        bench.Request();
        bench.Run();
        Assert.Equal(FifoState.Idle, bench.Model.State);
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        Assert.Equal(FifoState.Ready, bench.Model.State);
    }

    [Theory]
    [InlineData(true, FifoState.Idle)]
    [InlineData(false, FifoState.Ready)]
    public void Command_ready_aborts_a_command_that_runs_or_is_being_written(bool toIdle, FifoState after)
    {
        using var bench = new Bench(FifoProfiles.Plain with { AbortsToIdle = toIdle });
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(1));
        bench.Request();
        bench.GetReady();
        bench.Send(Bench.Command[..4]);
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        Assert.Equal(after, bench.Model.State);
        bench.Start();
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        Assert.Equal(after, bench.Model.State);
        bench.Model.Clock.Wait(TimeSpan.FromSeconds(2));
        Assert.Equal(after, bench.Model.State);
        Assert.Empty(bench.Executed);
        Assert.Equal(1, bench.Model.Counters.TotalExecutions);
        bench.AssertNothingBroken();
    }

    [Fact]
    public void Command_ready_takes_the_time_that_the_profile_says()
    {
        using var bench = new Bench(FifoProfiles.Plain with { CommandReadyTime = TimeSpan.FromMilliseconds(2) });
        bench.Request();
        bench.Write(TpmRegister.Sts, Bench.CommandReady);
        bench.Model.Clock.Wait(TimeSpan.FromTicks(19_999));
        Assert.Equal(0u, bench.Status & Bench.CommandReady);
        bench.Model.Clock.Wait(TimeSpan.FromTicks(1));
        Assert.Equal(Bench.CommandReady, bench.Status & Bench.CommandReady);
    }

    [Fact]
    public void A_response_can_be_read_again_even_after_its_last_byte()
    {
        using var bench = new Bench();
        bench.Request();
        bench.Start();
        byte[] first = bench.Receive(28);
        bench.Write(TpmRegister.Sts, Bench.ResponseRetry);
        Assert.Equal(first, bench.Receive(28));
        Assert.Single(bench.Executed);
        bench.AssertNothingBroken();
    }

    [Fact]
    public void A_cancelled_command_answers_so_and_is_not_run()
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(10));
        bench.Request();
        bench.Start();
        bench.Write(TpmRegister.Sts, 1 << 24, size: 4);
        bench.WaitFor(Bench.DataAvail, Bench.DataAvail);
        Assert.Equal(RawCommands.Response(0x909), bench.Receive(10));
        Assert.InRange(bench.Model.Clock.Now, TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
        Assert.Empty(bench.Executed);
        bench.AssertNothingBroken();
    }

    [Fact]
    public void Cancelling_at_the_top_byte_alone_works_too()
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromSeconds(10));
        bench.Request();
        bench.Start();
        bench.Write(TpmRegister.Sts + 3, 1);
        bench.WaitFor(Bench.DataAvail, Bench.DataAvail);
        Assert.Equal(RawCommands.Response(0x909), bench.Receive(10));
    }

    [Fact]
    public void Until_sts_valid_the_bits_are_the_old_ones()
    {
        using var bench = new Bench(FifoProfiles.Plain with { StsValidTime = TimeSpan.FromMicroseconds(50) });
        bench.Request();
        bench.GetReady();
        bench.Send(Bench.Command[..^1]);
        bench.WaitFor(Bench.StsValid, Bench.StsValid);
        bench.Send(Bench.Command[^1..]);
        Assert.Equal(Bench.Expect, bench.Status & 0xFF);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(50));
        Assert.Equal(Bench.StsValid, bench.Status & 0xFF);
    }

    [Fact]
    public void Data_avail_can_follow_sts_valid()
    {
        using var bench = new Bench(FifoProfiles.Plain with { DataAvailTime = TimeSpan.FromMicroseconds(3) });
        bench.Request();
        bench.Start();
        Assert.Equal(Bench.StsValid, bench.Status & 0xFF);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(3));
        Assert.Equal(Bench.StsValid | Bench.DataAvail, bench.Status & 0xFF);
    }

    [Fact]
    public void A_fifo_that_was_filled_has_room_again_after_a_while()
    {
        using var bench = new Bench(FifoProfiles.Plain with { BurstCount = 8, BurstRefill = TimeSpan.FromMicroseconds(20) });
        bench.Request();
        bench.GetReady();
        Assert.Equal(8u, bench.BurstCount);
        bench.Model.Write(TpmRegister.DataFifo, 0, Bench.Command.AsSpan(0, 6));
        Assert.Equal(2u, bench.BurstCount);
        bench.Model.Write(TpmRegister.DataFifo, 0, Bench.Command.AsSpan(6, 2));
        Assert.Equal(0u, bench.BurstCount);
        bench.Model.Clock.Wait(TimeSpan.FromMicroseconds(20));
        Assert.Equal(8u, bench.BurstCount);
        bench.AssertNothingBroken();
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 63)] // Linux's tpm_tis_i2c_cr50 waits for it
    public void After_a_response_the_burst_count_is_that_of_nothing_or_of_an_empty_fifo(bool ofEmptyFifo, uint burst)
    {
        using var bench = new Bench(FifoProfiles.Plain with { BurstCount = 63, HasBurstAfterResponse = ofEmptyFifo });
        bench.Request();
        bench.GetReady();
        bench.Send(Bench.Command);
        bench.Write(TpmRegister.Sts, Bench.Go);
        bench.WaitFor(Bench.DataAvail, Bench.DataAvail);
        Assert.Equal(28u, bench.BurstCount);
        bench.Receive(28);
        Assert.Equal(burst, bench.BurstCount);
        Assert.Equal(0u, bench.Status & Bench.DataAvail);
        Assert.Empty(bench.Model.Rules.Violations);
    }

    [Fact]
    public void A_static_burst_count_needs_to_be_read_once_and_holds_for_each_access()
    {
        using var bench = new Bench(FifoProfiles.Plain with { BurstCount = 5, BurstIsStatic = true });
        Assert.Equal(1u << 8, bench.Read(TpmRegister.IntfCapability) & 1u << 8);
        bench.Request();
        bench.GetReady();
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);
        command[5] = 100;
        bench.Model.Write(TpmRegister.DataFifo, 0, command.AsSpan(0, 5));
        bench.Model.Write(TpmRegister.DataFifo, 0, command.AsSpan(5, 5));
        bench.AssertNothingBroken();
        bench.Model.Write(TpmRegister.DataFifo, 0, new byte[6]);
        bench.AssertBroken(TpmRule.BurstOverrun);
    }

    [Fact]
    public void Overshoot_is_from_done_to_the_first_status_that_says_so()
    {
        using var bench = new Bench();
        bench.Model.ExecutionTime = ExecutionTimes.ByCode(new Dictionary<uint, TimeSpan> { [0x17B] = TimeSpan.FromMilliseconds(3) }, TimeSpan.FromSeconds(1));
        bench.Request();
        bench.Start();
        _ = bench.Status;
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(3) + TimeSpan.FromMicroseconds(7));
        Assert.Null(bench.Model.Counters.Overshoot);
        _ = bench.Status;
        bench.Model.Clock.Wait(TimeSpan.FromMilliseconds(3));
        _ = bench.Status;
        Assert.Equal(TimeSpan.FromMicroseconds(7), bench.Model.Counters.Overshoot);
        Assert.Equal(TimeSpan.FromMicroseconds(7), bench.Model.Counters.LargestOvershoot);
        Assert.Equal(1, bench.Model.Counters.BusyPolls);
    }

    [Theory]
    [InlineData("plain", 3u, 0u)]
    [InlineData("slb9660-tpm12", 2u, 15u)]
    [InlineData("slb9635-tpm12", 0u, 15u)]
    public void The_interface_says_what_it_is(string profile, uint interfaceVersion, uint interfaceType)
    {
        using var bench = new Bench(FifoProfiles.Find(profile));
        Assert.Equal(interfaceVersion, bench.Read(TpmRegister.IntfCapability) >> 28 & 7);
        Assert.Equal(interfaceType, bench.Read(TpmRegister.InterfaceId) & 0xF);
        Assert.Equal(bench.Model.Profile.DidVid, bench.Read(TpmRegister.DidVid));
        Assert.Equal(bench.Model.Profile.Rid, bench.Read(TpmRegister.Rid, 1));
        bench.Request();
        Assert.Equal(bench.Model.Profile.Family == TpmFamily.Tpm20 ? 1u : 0u, bench.Status >> 26 & 3);
    }

    [Fact]
    public void A_chip_that_was_just_powered_is_not_there_at_first()
    {
        using var bench = new Bench();
        using var model = new FifoModel(FifoProfiles.Plain with { PowerUpTime = TimeSpan.FromMilliseconds(30) }, CannedTpm.OfSize(TpmFamily.Tpm20, 10));
        byte[] access = new byte[1];
        model.Read(TpmRegister.Access, 0, access);
        Assert.Equal(0, access[0]);
        model.Clock.Wait(TimeSpan.FromMilliseconds(30));
        model.Read(TpmRegister.Access, 0, access);
        Assert.Equal(0x81, access[0]);
    }

    [Fact]
    public void A_reset_forgets_locality_and_command()
    {
        using var bench = new Bench();
        bench.Request();
        bench.Start();
        bench.Model.Reset();
        Assert.Null(bench.Model.ActiveLocality);
        Assert.Equal(FifoState.Idle, bench.Model.State);
        Assert.Equal(0x81u, bench.Read(TpmRegister.Access, 1));
    }

    [Fact]
    public void The_command_is_executed_by_a_real_tpm_behind_it()
    {
        using var model = new FifoModel(FifoProfiles.Plain, Transports.TransportCatalog.Default.Open("libtpms"));
        model.Write(TpmRegister.Access, 0, [2]);
        model.Write(TpmRegister.Sts, 0, [0x40]);
        byte[] status = new byte[4];
        model.Read(TpmRegister.Sts, 0, status);
        model.Write(TpmRegister.DataFifo, 0, RawCommands.Startup(TpmFamily.Tpm20));
        model.Write(TpmRegister.Sts, 0, [0x20]);
        model.Read(TpmRegister.Sts, 0, status);
        byte[] response = new byte[10];
        model.Read(TpmRegister.DataFifo, 0, response);
        Assert.Equal(RawCommands.Response(0), response);
        Assert.Equal(0, model.Rules.Count);
    }
}
