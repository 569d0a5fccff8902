using TpmHw.Simulation;
using TpmHw.Transport;
using TpmHw.Transports.Mmio;

namespace TpmHw.Transports.Tests.Crb;

/// <summary>Every fault of the model: a typed error within its deadline or the right response, nothing executed twice, and the next command works once the fault is gone.</summary>
public class CrbFaultTests
{
    private const int RightSize = 17; // of the response to GetRandom(5)

    /// <summary>What goes wrong, the error, the longest time until it, and how often the command may have been executed.</summary>
    private static readonly Dictionary<string, Case> s_cases = new()
    {
        ["absent"] = new([new(FaultKind.Absent)], TpmFault.FloatingBus, 0.01, 0),
        ["fatal"] = new([new(FaultKind.FatalError)], TpmFault.ChipFailure, 0.01, 0),
        ["cmdReady stuck"] = new([new(FaultKind.CmdReadyStuck)], TpmFault.NotReady, 2.5, 0),
        ["goIdle stuck and cmdReady lost"] = new([new(FaultKind.GoIdleStuck), new(FaultKind.CmdReadyStuck)], TpmFault.NotReady, 2.5, 0),
        ["start never clears, cancel ignored"] = new([new(FaultKind.Hang), new(FaultKind.CancelIgnored)], TpmFault.Timeout, 22.5, 0),
        ["start never clears"] = new([new(FaultKind.Hang)], TpmFault.Timeout, 20.5, 0),
        ["owned by another"] = new([new(FaultKind.OwnedByAnother, 2)], TpmFault.NoLocality, 0.8, 0),
        ["granted after the deadline"] = new([new(FaultKind.OwnedByAnother, 3), new(FaultKind.GrantLate, 1_000_000)], TpmFault.NoLocality, 0.8, 0),
        ["seized"] = new([new(FaultKind.Seized, 3) { From = FaultPhase.Execute }], TpmFault.LocalityLost, 0.1, 0),
        ["size 0"] = new([new(FaultKind.WrongSize, -RightSize)], TpmFault.BadResponse, 0.1, 1),
        ["size 9"] = new([new(FaultKind.WrongSize, 9 - RightSize)], TpmFault.BadResponse, 0.1, 1),
        ["size beyond the buffer"] = new([new(FaultKind.WrongSize, 0xF81 - RightSize)], TpmFault.BadResponse, 0.1, 1),
        ["size of all ones"] = new([new(FaultKind.WrongSize, -1 - RightSize)], TpmFault.BadResponse, 0.1, 1),
    };

    private sealed record Case(Fault[] Faults, TpmFault Fault, double Seconds, int Executed);

    public static TheoryData<string> Faults => [.. s_cases.Keys];

    /// <summary>Those that show without a command being executed: opening asks for none.</summary>
    public static TheoryData<string> FaultsWithoutCommand => [.. s_cases
        .Where(static c => c.Value.Executed == 0 && c.Key is not ("seized" or "start never clears" or "start never clears, cancel ignored"))
        .Select(static c => c.Key)];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_a_typed_error_in_time_and_the_next_command_works(string name) => Run(name, CrbProfiles.Strict);

    [Theory]
    [MemberData(nameof(Faults))]
    public void So_it_is_where_control_registers_read_zero_from_outside(string name) => Run(name, CrbProfiles.Strict with { HidesControlFromOthers = false });

    private static void Run(string name, CrbProfile profile)
    {
        Case fault = s_cases[name];
        using var bench = new CrbBench(profile);
        bench.GetRandom(4);
        int before = bench.Executed;
        bench.Inject(fault.Faults);

        TpmTransportException error = null!;
        TimeSpan time = bench.TimeOf(() => error = Assert.Throws<TpmTransportException>(() => bench.GetRandom(5)));

        Assert.Equal(fault.Fault, error.Fault);
        Assert.NotEmpty(error.Evidence);
        Assert.NotEmpty(error.Advice);
        Assert.InRange(time.TotalSeconds, 0, fault.Seconds);
        Assert.Equal(before + fault.Executed, bench.Executed);

        int started = bench.Model.Counters.TotalExecutions;
        bench.Model.ClearFaults();
        bench.GetRandom(6);
        Assert.Equal(started + 1, bench.Model.Counters.TotalExecutions);
        bench.GetRandom(7);
    }

    [Theory]
    [MemberData(nameof(FaultsWithoutCommand))]
    public void A_fault_while_opening_is_a_typed_error_and_the_next_attempt_works(string name)
    {
        using var bench = new CrbBench();
        bench.Inject(s_cases[name].Faults);
        Assert.Equal(s_cases[name].Fault, Assert.Throws<TpmTransportException>(() => bench.Open()).Fault);
        Assert.Equal(0, bench.Model.Mapped);
        bench.Model.ClearFaults();
        bench.GetRandom(6);
    }

    [Fact]
    public void A_timeout_tells_register_value_and_time()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        bench.Inject(new(FaultKind.Hang), new(FaultKind.CancelIgnored));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => bench.GetRandom(5));
        Assert.StartsWith("CtrlStart of locality 0 is 0x00000001 after 22", error.Evidence, StringComparison.Ordinal);
        using (IMmioRegion cancel = bench.Model.Map(CrbProfiles.Strict.Area.ControlAddress + 8, 4))
        {
            Assert.Equal(0u, cancel.Read32(0)); // taken back
        }

        bench.Model.ClearFaults();
    }

    [Fact]
    public void A_command_that_is_still_running_keeps_the_next_one_from_being_sent()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        bench.Inject(new(FaultKind.Hang), new(FaultKind.CancelIgnored));
        Assert.Throws<TpmTransportException>(() => bench.GetRandom(5));
        int started = bench.Model.Counters.TotalExecutions;

        TpmTransportException error = null!;
        TimeSpan time = bench.TimeOf(() => error = Assert.Throws<TpmTransportException>(() => bench.GetRandom(5)));

        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Contains("no other was sent", error.Message, StringComparison.Ordinal);
        Assert.InRange(time.TotalSeconds, 0, 2.5);
        Assert.Equal(started, bench.Model.Counters.TotalExecutions);
        bench.Model.ClearFaults();
        bench.GetRandom(6);
    }

    [Fact]
    public void A_command_that_ends_just_after_its_time_is_stopped_and_its_response_not_lost()
    {
        // It ends while it is asked to stop, with its own response: that one counts.
        using var bench = new CrbBench(executionTime: TimeSpan.FromMilliseconds(300));
        bench.Inject(new Fault(FaultKind.CancelIgnored));
        bench.Open(TimeSpan.FromMilliseconds(200));
        bench.GetRandom(5);
        Assert.Equal(1, bench.Executed);
    }

    [Fact]
    public void A_hanging_command_is_cancelled_and_the_next_one_gets_its_own_response()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        using var cancel = new CancellationTokenSource();
        bench.Inject(new Fault(FaultKind.Hang));
        bench.After(TimeSpan.FromSeconds(5), cancel.Cancel);
        TimeSpan time = bench.TimeOf(() => Assert.Throws<OperationCanceledException>(() => bench.GetRandom(5, cancel.Token)));
        Assert.InRange(time.TotalSeconds, 4.9, 5.1);
        bench.Model.ClearFaults();
        bench.GetRandom(6);
        Assert.Equal(2, bench.Executed);
    }

    [Fact]
    public void A_wish_to_cancel_that_is_ignored_ends_the_wait_and_the_next_command_waits_its_turn()
    {
        using var bench = new CrbBench(executionTime: TimeSpan.FromSeconds(15));
        bench.GetRandom(4);
        using var cancel = new CancellationTokenSource();
        bench.Inject(new Fault(FaultKind.CancelIgnored));
        bench.After(TimeSpan.FromSeconds(1), cancel.Cancel);
        TimeSpan time = bench.TimeOf(() => Assert.Throws<OperationCanceledException>(() => bench.GetRandom(5, cancel.Token)));
        Assert.InRange(time.TotalSeconds, 3, 4); // TIMEOUT_B after the wish, which comes with an access of the register
        bench.GetRandom(6);
        Assert.Equal(3, bench.Executed);
    }

    [Fact]
    public void A_locality_that_comes_late_but_in_time_does()
    {
        using var bench = new CrbBench();
        bench.Inject(new Fault(FaultKind.GrantLate, 700_000));
        bench.GetRandom(4);
    }

    [Fact]
    public void Requests_for_ready_that_get_lost_are_repeated()
    {
        using var bench = new CrbBench();
        bench.Inject(new Fault(FaultKind.CmdReadyLost, 2));
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.CmdReadyLost, 3));
        Assert.Equal(TpmFault.NotReady, Assert.Throws<TpmTransportException>(() => bench.GetRandom(5)).Fault);
        bench.GetRandom(6);
    }

    [Fact]
    public void A_part_of_a_long_message_that_is_never_taken_is_a_timeout()
    {
        using var bench = new CrbBench(CrbProfiles.Chunking);
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.ChunkStuck));
        byte[] command = Testing.RawCommands.Biggest(TpmFamily.Tpm20, 2000);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => bench.Driver.Transmit(command, new byte[bench.Driver.Info.MaxResponseSize]));
        Assert.Equal(TpmFault.Timeout, error.Fault);
        Assert.Equal(1, bench.Executed);
        bench.Model.ClearFaults();
        bench.GetRandom(6);
    }

    [Fact]
    public void After_a_reset_in_the_middle_the_tpm_is_waited_for()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.Reset, 30_000) { From = FaultPhase.Execute });
        Assert.Equal(TpmFault.LocalityLost, Assert.Throws<TpmTransportException>(() => bench.GetRandom(5)).Fault);
        TimeSpan time = bench.TimeOf(() => bench.Driver.Transmit(Testing.RawCommands.Startup(TpmFamily.Tpm20), new byte[4096]));
        Assert.InRange(time.TotalMilliseconds, 25, 50);
        bench.GetRandom(6);
    }

    [Fact]
    public void A_tpm_that_does_not_start_again_is_told()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.Reset, 5_000_000) { From = FaultPhase.Execute });
        Assert.Throws<TpmTransportException>(() => bench.GetRandom(5));
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => bench.GetRandom(5));
        Assert.Equal(TpmFault.NotReady, error.Fault);
        Assert.Contains("LocState", error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_locality_that_is_lost_before_the_tpm_is_ready_is_told_as_that()
    {
        // The control registers then read zero, as those of a TPM do that does not react.
        using var bench = new CrbBench(CrbProfiles.Strict with { HidesControlFromOthers = false });
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.OwnedByAnother, 2) { From = FaultPhase.Send });
        Assert.Equal(TpmFault.NoLocality, Assert.Throws<TpmTransportException>(() => bench.GetRandom(5)).Fault);
    }

    [Fact]
    public void Ones_that_are_read_once_are_read_again()
    {
        using var bench = new CrbBench();
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.Absent) { Accesses = 1 });
        bench.GetRandom(5);
    }

    [Fact]
    public void A_buffer_of_ones_is_no_response()
    {
        using var bench = new CrbBench(CrbProfiles.AmdFtpm); // without localities, start is all that there is in that phase
        bench.GetRandom(4);
        bench.Inject(new Fault(FaultKind.Absent) { From = FaultPhase.Go, Accesses = 1 }); // start is not heard
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => bench.GetRandom(5));
        Assert.Equal(TpmFault.FloatingBus, error.Fault);
        Assert.Equal(1, bench.Executed);
        bench.Model.ClearFaults();
        bench.GetRandom(6);
    }
}
