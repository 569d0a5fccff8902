using TpmHw.Transports;
using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation.Tests;

/// <summary>The judge judged: each rule is broken once, and the model says which.</summary>
public class CrbModelTests
{
    // Offsets as the PTP gives them, apart from the driver's and the model's own.
    private const int LocCtrl = 0x08, Req = 0x40, Sts = 0x44, Cancel = 0x48, Start = 0x4C, CmdSize = 0x58, CmdAddress = 0x5C, Data = 0x80;

    private static readonly byte[] s_getTestResult = [0x80, 1, 0, 0, 0, 10, 0, 0, 1, 0x7C, 0, 0];

    private static readonly Dictionary<TpmRule, Action<IMmioRegion>> s_breaches = new()
    {
        [TpmRule.WithoutLocality] = r => r.Write32(Req, 1),
        [TpmRule.NarrowAccess] = r => r.Read8(0),
        [TpmRule.UnknownRegister] = r => { Own(r); r.Read32(0x50 + 0x20); },
        [TpmRule.WriteToReadOnly] = r => { Own(r); r.Write32(Sts, 0); },
        [TpmRule.SeveralBits] = r => { Own(r); r.Write32(Req, 3); },
        [TpmRule.ReservedBits] = r => { Own(r); r.Write32(Req, 4); },
        [TpmRule.Misaligned] = r => r.Read32(2),
        [TpmRule.RequestWhilePending] = r => { Own(r); r.Write32(Req, 1); r.Write32(Req, 2); },
        [TpmRule.RequestDuringExecution] = r => { Run(r); r.Write32(Req, 2); },
        [TpmRule.MissingGoIdle] = r => { Finish(r); r.Write32(Req, 1); },
        [TpmRule.AddressReadInIdle] = r => { Own(r); r.Read32(CmdSize); },
        [TpmRule.BufferMoved] = r => { Ready(r); r.Write32(CmdAddress, 0x1000); },
        [TpmRule.BufferWriteOutOfState] = r => { Own(r); r.Write32(Data, 0); },
        [TpmRule.BufferReadOutOfState] = r => { Ready(r); r.Read32(Data); },
        [TpmRule.ReadPastEnd] = r => { Finish(r); r.Read32(Data + 0x400); },
        [TpmRule.GoOutOfState] = r => { Own(r); r.Write32(Start, 1); },
        [TpmRule.StartWithCancelSet] = r => { Send(r); r.Write32(Cancel, 1); r.Write32(Start, 1); },
        [TpmRule.WrongCommandSize] = r => { Ready(r); Put(r, 8); r.Write32(Start, 1); },
        [TpmRule.ChunkOutOfState] = r => { Send(r); r.Write32(Start, 4); },
        [TpmRule.RelinquishDuringExecution] = r => { Run(r); r.Write32(LocCtrl, 2); },
    };

    public static TheoryData<TpmRule> Rules => [.. s_breaches.Keys];

    [Fact]
    public void Every_rule_of_the_crb_is_among_them() =>
        Assert.Equal([], Enum.GetValues<TpmRule>().Where(static r => r is >= TpmRule.NarrowAccess and <= TpmRule.RelinquishDuringExecution).Except(s_breaches.Keys));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_that_is_broken_is_told(TpmRule rule)
    {
        using var model = NewModel(rule == TpmRule.BufferMoved ? CrbProfiles.IntelAlderLake : null); // whose addresses can be written
        using IMmioRegion region = model.Map(0xFED4_0000, 0x1000);
        s_breaches[rule](region);
        Assert.Equal(rule, Assert.Single(model.Rules.Violations).Rule);
        Assert.Contains(rule.ToString(), model.Rules.Violations[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Work_by_the_rules_breaks_none()
    {
        using var model = NewModel();
        using IMmioRegion region = model.Map(0xFED4_0000, 0x1000);
        Finish(region);
        Assert.Equal(0x100, region.Read8(Data + 8) << 8 | region.Read8(Data + 9)); // TPM_RC_INITIALIZE: libtpms was not started
        region.Write32(Req, 2);
        Assert.Empty(model.Rules.Violations);
        Assert.Equal(1, model.Counters.TotalExecutions);
    }

    private static CrbModel NewModel(CrbProfile? profile = null) =>
        new(profile ?? CrbProfiles.Strict, TransportCatalog.Default.Open("libtpms")) { ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(2)) };

    private static void Own(IMmioRegion region)
    {
        region.Write32(LocCtrl, 1);
        region.Read32(0);
    }

    private static void Ready(IMmioRegion region)
    {
        Own(region);
        region.Write32(Req, 1);
        region.Clock.Wait(TimeSpan.FromMilliseconds(1));
    }

    private static void Send(IMmioRegion region)
    {
        Ready(region);
        Put(region, 10);
    }

    private static void Put(IMmioRegion region, int bytes)
    {
        for (int i = 0; i < bytes; i++)
        {
            region.Write8(Data + i, s_getTestResult[i]);
        }
    }

    private static void Run(IMmioRegion region)
    {
        Send(region);
        region.Write32(Start, 1);
    }

    private static void Finish(IMmioRegion region)
    {
        Run(region);
        region.Clock.Wait(TimeSpan.FromSeconds(1));
    }
}
