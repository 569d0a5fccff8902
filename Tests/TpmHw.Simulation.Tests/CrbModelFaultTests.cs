using TpmHw.Testing;
using TpmHw.Transports.Mmio;
using TpmHw.Wire;

namespace TpmHw.Simulation.Tests;

/// <summary>Each fault shows in the registers in its phase, and is gone once it is cleared. What the model counts is what happened.</summary>
public sealed class CrbModelFaultTests : IDisposable
{
    // Offsets as the PTP gives them.
    private const int LocState = 0x00, LocCtrl = 0x08, LocSts = 0x0C, Req = 0x40, Sts = 0x44, Cancel = 0x48, Start = 0x4C, CmdAddress = 0x5C, Data = 0x80;

    private static readonly byte[] s_command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);
    private static readonly TimeSpan s_execution = TimeSpan.FromMilliseconds(2);

    private readonly CrbModel _model = new(CrbProfiles.Strict, CannedTpm.OfSize(TpmFamily.Tpm20, 28)) { ExecutionTime = ExecutionTimes.Fixed(s_execution) };
    private readonly IMmioRegion _region;

    public CrbModelFaultTests() => _region = _model.Map(_model.Profile.Address, 0x5000);

    public static TheoryData<FaultPhase> Phases => [.. Enum.GetValues<FaultPhase>()];

    public void Dispose()
    {
        _region.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_command_goes_through_all_phases()
    {
        List<FaultPhase> seen = [_model.Phase];
        RunUntil(() =>
        {
            if (seen[^1] != _model.Phase)
            {
                seen.Add(_model.Phase);
            }

            return false;
        });
        Assert.Equal([.. Enum.GetValues<FaultPhase>(), FaultPhase.Send, FaultPhase.Locality], seen);
        AssertNothingBroken();
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void A_reset_in_every_phase(FaultPhase phase)
    {
        _model.Inject(new Fault(FaultKind.Reset, 30_000) { From = phase });
        RunUntil(() => _region.Read32(LocState) == 0);
        Assert.Equal(uint.MaxValue, _region.Read32(Sts));
        _model.Clock.Wait(TimeSpan.FromMilliseconds(30));
        Assert.Equal(0x81u, _region.Read32(LocState));
        Assert.Null(_model.ActiveLocality);
        Assert.Equal(CrbState.Idle, _model.State);
        AssertNothingBroken();
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void Nobody_there_from_every_phase_on(FaultPhase phase)
    {
        _model.Inject(new Fault(FaultKind.Absent) { From = phase });
        RunUntil(() => _region.Read32(LocState) == uint.MaxValue);
        Assert.Equal(uint.MaxValue, _region.Read32(0x30));
        _model.ClearFaults();
        Assert.Equal(0x80u, _region.Read32(LocState) & 0x80);
    }

    [Fact]
    public void A_fatal_error()
    {
        Request();
        _model.Inject(new Fault(FaultKind.FatalError) { Accesses = 1 });
        Assert.Equal(3u, _region.Read32(Sts));
        Assert.Equal(2u, _region.Read32(Sts));
    }

    [Theory]
    [InlineData(FaultKind.CmdReadyStuck)]
    [InlineData(FaultKind.CommandReadyLate)]
    public void A_request_for_ready_that_is_not_taken(FaultKind kind)
    {
        Request();
        _model.Inject(new Fault(kind, 1_000_000));
        _region.Write32(Req, 1);
        _model.Clock.Wait(TimeSpan.FromMilliseconds(999));
        Assert.Equal((1u, CrbState.Idle), (_region.Read32(Req), _model.State));
        _model.ClearFaults();
        Assert.Equal((0u, CrbState.Ready), (_region.Read32(Req), _model.State));
    }

    [Fact]
    public void A_request_for_idle_that_is_not_taken()
    {
        Ready();
        _model.Inject(new Fault(FaultKind.GoIdleStuck));
        _region.Write32(Req, 2);
        _model.Clock.Wait(TimeSpan.FromMinutes(1));
        Assert.Equal((2u, CrbState.Ready), (_region.Read32(Req), _model.State));
        _model.ClearFaults();
        Assert.Equal((0u, CrbState.Idle), (_region.Read32(Req), _model.State));
    }

    [Fact]
    public void Requests_that_get_lost()
    {
        Request();
        _model.Inject(new Fault(FaultKind.CmdReadyLost, 2));
        List<CrbState> states = [];
        for (int i = 0; i < 3; i++)
        {
            _region.Write32(Req, 1);
            _model.Clock.Wait(TimeSpan.FromMilliseconds(1));
            Assert.Equal(0u, _region.Read32(Req));
            states.Add(_model.State);
        }

        Assert.Equal([CrbState.Idle, CrbState.Idle, CrbState.Ready], states);
    }

    [Fact]
    public void A_buffer_that_is_not_where_it_is_said_to_be()
    {
        Ready();
        _model.Inject(new Fault(FaultKind.WrongBufferAddress, -0x80) { Accesses = 1 });
        Assert.Equal(0xFED4_0000u, _region.Read32(CmdAddress));
        Assert.Equal(0xFED4_0080u, _region.Read32(CmdAddress));
    }

    [Fact]
    public void A_size_that_lies()
    {
        _model.Inject(new Fault(FaultKind.WrongSize, -3));
        Run();
        _model.Clock.Wait(s_execution);
        Assert.Equal(25, _region.Read8(Data + 5));
    }

    [Fact]
    public void A_command_that_hangs_can_be_cancelled_unless_that_is_ignored()
    {
        _model.Inject(new Fault(FaultKind.Hang));
        Run();
        _model.Inject(new Fault(FaultKind.CancelIgnored) { Accesses = 1 });
        _region.Write32(Cancel, 1);
        _model.Clock.Wait(TimeSpan.FromHours(1));
        Assert.Equal(1u, _region.Read32(Start));
        _region.Write32(Cancel, 1);
        _model.Clock.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal(0u, _region.Read32(Start));
        Assert.Equal(TpmRc.Canceled, (uint)(_region.Read8(Data + 8) << 8 | _region.Read8(Data + 9)));
        AssertNothingBroken();
    }

    [Fact]
    public void A_chunk_that_is_never_taken()
    {
        using var model = new CrbModel(CrbProfiles.Chunking, CannedTpm.OfSize(TpmFamily.Tpm20, 28));
        using IMmioRegion region = model.Map(model.Profile.Address, 0x1000);
        model.Inject(new Fault(FaultKind.ChunkStuck));
        region.Write32(LocCtrl, 1);
        region.Write32(Req, 1);
        model.Clock.Wait(TimeSpan.FromMilliseconds(1));
        for (int i = 0; i < 512; i++)
        {
            region.Write8(Data + i, 0);
        }

        region.Write32(Start, 4);
        model.Clock.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal(4u, region.Read32(Start));
        model.ClearFaults();
        Assert.Equal(0u, region.Read32(Start));
        Assert.Empty(model.Rules.Violations);
    }

    [Fact]
    public void Another_locality_that_keeps_the_tpm_as_long_as_the_fault_lasts()
    {
        _model.Inject(new Fault(FaultKind.OwnedByAnother, 2));
        _region.Write32(LocCtrl, 1);
        _model.Clock.Wait(TimeSpan.FromSeconds(10));
        Assert.Equal((0x8Bu, 0u), (_region.Read32(LocState), _region.Read32(LocSts)));
        _model.ClearFaults();
        Assert.Equal((0x83u, 1u), (_region.Read32(LocState), _region.Read32(LocSts)));
    }

    [Fact]
    public void A_tpm_that_is_seized_and_given_back_later()
    {
        _model.Inject(new Fault(FaultKind.Seized, 1) { From = FaultPhase.Execute, Lasts = TimeSpan.FromMilliseconds(5) });
        Run();
        Assert.Equal(uint.MaxValue, _region.Read32(Start));
        Assert.Equal((0x87u, 2u), (_region.Read32(LocState), _region.Read32(LocSts)));
        _model.Clock.Wait(TimeSpan.FromMilliseconds(5));
        Request();
        Assert.Equal((0x83u, 1u), (_region.Read32(LocState), _region.Read32(LocSts)));
        AssertNothingBroken();
    }

    [Fact]
    public void What_the_work_cost()
    {
        Run();
        _region.Read32(Start);
        _model.Clock.Wait(s_execution);
        _region.Read32(Start);
        BusCounters counters = _model.Counters;
        Assert.Equal(1, counters.Executions[0x17B]);
        Assert.Equal((2, 1), (counters.StatusReads, counters.BusyPolls));
        Assert.Equal(counters.Frames, counters.Exchanges);
        Assert.Equal(s_command.Length + 5 * 4, counters.Bytes); // the command by the byte; LocCtrl, Req, Start, and Start twice
        Assert.Equal(TimeSpan.FromMicroseconds(2), counters.Overshoot); // the accesses' own time
    }

    [Fact]
    public void A_breach_tells_the_address()
    {
        _region.Write32(0x1000 + Req, 1);
        RuleViolation violation = Assert.Single(_model.Rules.Violations);
        Assert.Equal((TpmRule.WithoutLocality, 1, Req, 0xFED4_1040), (violation.Rule, violation.Locality, violation.Offset, violation.Address));
        Assert.Contains("0xFED41040, locality 1", violation.ToString(), StringComparison.Ordinal);
    }

    private void Request() => _region.Write32(LocCtrl, 1);

    private void Ready()
    {
        Request();
        _region.Write32(Req, 1);
        _model.Clock.Wait(TimeSpan.FromMilliseconds(1));
    }

    private void Send()
    {
        for (int i = 0; i < s_command.Length; i++)
        {
            _region.Write8(Data + i, s_command[i]);
        }
    }

    private void Run()
    {
        Ready();
        Send();
        _region.Write32(Start, 1);
    }

    /// <summary>One whole command, step by step, until something holds after a step.</summary>
    private void RunUntil(Func<bool> holds)
    {
        Action[] steps =
        [
            Ready,
            Send,
            () => _region.Write32(Start, 1),
            () => _model.Clock.Wait(s_execution),
            () => _region.Read32(Start),
            () => Enumerable.Range(0, 28).ToList().ForEach(i => _region.Read8(Data + i)),
            () => _region.Write32(Req, 2),
            () => _model.Clock.Wait(TimeSpan.FromMilliseconds(1)),
            () => _region.Read32(Req),
            () => _region.Write32(LocCtrl, 2),
        ];
        foreach (Action step in steps)
        {
            if (holds())
            {
                return;
            }

            step();
        }

        holds();
    }

    private void AssertNothingBroken() => Assert.Equal([], _model.Rules.Violations.Select(static v => v.ToString()));
}
