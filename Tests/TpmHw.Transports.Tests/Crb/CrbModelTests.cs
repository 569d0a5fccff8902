using TpmHw.Simulation;
using TpmHw.Transports.Mmio;

namespace TpmHw.Transports.Tests.Crb;

/// <summary>The judge judged: each rule is broken once, and the model says which.</summary>
public class CrbModelTests
{
    // Offsets as the PTP gives them, apart from the driver's and the model's own.
    private const int LocCtrl = 0x08, Req = 0x40, Sts = 0x44, Cancel = 0x48, Start = 0x4C, CmdSize = 0x58, Data = 0x80;

    private static readonly byte[] s_getTestResult = [0x80, 1, 0, 0, 0, 10, 0, 0, 1, 0x7C, 0, 0];

    private static readonly Dictionary<CrbRule, Action<IMmioRegion>> s_breaches = new()
    {
        [CrbRule.WithoutLocality] = r => r.Write32(Req, 1),
        [CrbRule.NarrowAccess] = r => r.Read8(0),
        [CrbRule.UnknownRegister] = r => { Own(r); r.Read32(0x50 + 0x20); },
        [CrbRule.WriteToReadOnly] = r => { Own(r); r.Write32(Sts, 0); },
        [CrbRule.WrongBits] = r => { Own(r); r.Write32(Req, 3); },
        [CrbRule.RequestWhilePending] = r => { Own(r); r.Write32(Req, 1); r.Write32(Req, 2); },
        [CrbRule.RequestDuringExecution] = r => { Run(r); r.Write32(Req, 2); },
        [CrbRule.MissingGoIdle] = r => { Finish(r); r.Write32(Req, 1); },
        [CrbRule.AddressReadInIdle] = r => { Own(r); r.Read32(CmdSize); },
        [CrbRule.BufferWriteOutOfState] = r => { Own(r); r.Write32(Data, 0); },
        [CrbRule.BufferReadOutOfState] = r => { Ready(r); r.Read32(Data); },
        [CrbRule.ReadPastEnd] = r => { Finish(r); r.Read32(Data + 0x400); },
        [CrbRule.StartOutOfState] = r => { Own(r); r.Write32(Start, 1); },
        [CrbRule.StartWithCancelSet] = r => { Send(r); r.Write32(Cancel, 1); r.Write32(Start, 1); },
        [CrbRule.WrongCommandSize] = r => { Ready(r); r.Write(Data, s_getTestResult.AsSpan(0, 8)); r.Write32(Start, 1); },
        [CrbRule.ChunkOutOfState] = r => { Send(r); r.Write32(Start, 4); },
        [CrbRule.RelinquishDuringExecution] = r => { Run(r); r.Write32(LocCtrl, 2); },
    };

    public static TheoryData<CrbRule> Rules => [.. Enum.GetValues<CrbRule>()];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_that_is_broken_is_told(CrbRule rule)
    {
        using var model = new CrbModel(TransportCatalog.Default.Open("libtpms"));
        using IMmioRegion region = model.Map(0xFED4_0000, 0x1000);
        s_breaches[rule](region);
        Assert.Equal(rule, Assert.Single(model.Violations).Rule);
        Assert.Contains(rule.ToString(), model.Violations[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Work_by_the_rules_breaks_none()
    {
        using var model = new CrbModel(TransportCatalog.Default.Open("libtpms"));
        using IMmioRegion region = model.Map(0xFED4_0000, 0x1000);
        Finish(region);
        byte[] header = new byte[10];
        region.Read(Data, header);
        Assert.Equal(0x100, header[8] << 8 | header[9]); // TPM_RC_INITIALIZE: libtpms was not started
        region.Write32(Req, 2);
        Assert.Empty(model.Violations);
        Assert.Equal(1, model.Executed);
    }

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
        region.Write(Data, s_getTestResult.AsSpan(0, 10));
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
