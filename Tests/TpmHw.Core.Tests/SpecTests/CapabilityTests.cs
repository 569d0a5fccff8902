using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>TPM2_GetCapability of a real TPM, and what the TPM says there of what is declared here.</summary>
public sealed class CapabilityTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    public void Dispose() => _tpm.Dispose();

    [Fact]
    public void The_properties_say_what_this_TPM_is()
    {
        Dictionary<TpmPt, uint> properties = Properties(TpmPt.FamilyIndicator).Concat(Properties(TpmPt.Permanent)).ToDictionary(p => p.Property, p => p.Value);
        Assert.Equal(0x322E3000u, properties[TpmPt.FamilyIndicator]);
        Assert.Equal(0x49424D00u, properties[TpmPt.Manufacturer]); // "IBM"
        Assert.Equal(4096u, properties[TpmPt.MaxCommandSize]);
        Assert.Equal(24u, properties[TpmPt.PcrCount]);
        Assert.True(((TpmaStartupClear)properties[TpmPt.StartupClear]).HasFlag(TpmaStartupClear.PhEnable | TpmaStartupClear.ShEnable));
        Assert.DoesNotContain(properties.Keys, property => property.SpecName() is null);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_list_asked_for_in_pieces_is_the_list_asked_for_at_once(int piece)
    {
        Assert.Equal(Commands(254), Commands(piece));
        Assert.Equal(Algorithms(254), Algorithms(piece));
    }

    [Fact]
    public void Algorithms_have_their_attributes()
    {
        List<TpmsAlgProperty> algorithms = Algorithms(64);
        Assert.Contains(new(TpmAlgId.Sha256, TpmaAlgorithm.Hash), algorithms);
        Assert.Contains(new(TpmAlgId.Rsa, TpmaAlgorithm.Asymmetric | TpmaAlgorithm.Object), algorithms);
        Assert.DoesNotContain(algorithms, algorithm => algorithm.Alg.SpecName() is null);
    }

    [Fact]
    public void Commands_have_the_handles_that_are_declared_and_a_name()
    {
        List<TpmaCc> commands = Commands(64);
        Assert.True(commands.Count > 100);
        Assert.All(commands, command => Assert.NotNull(command.CommandCode.SpecName()));
        int compared = 0;
        foreach (TpmaCc command in commands)
        {
            if (TpmCommandInfo.Find(command.CommandCode) is { } declared)
            {
                Assert.Equal((command.CommandCode, command.CommandHandles), (declared.Code, declared.Handles));
                Assert.Equal(command.ResponseHandle, declared.ResponseHandles == 1);
                compared++;
            }
        }

        Assert.True(compared >= 15);
    }

    [Fact]
    public void Banks_and_properties_of_PCRs_are_listed()
    {
        var banks = One<TpmuCapabilities.AssignedPcrs>(TpmCap.Pcrs).Items;
        Assert.Equal(Enumerable.Range(0, 24), banks.Single(b => b.Hash == TpmAlgId.Sha256).PcrSelect.Pcrs());
        var properties = One<TpmuCapabilities.PcrProperties>(TpmCap.PcrProperties).Items;
        Assert.Contains(16, properties.Single(p => p.Tag == TpmPtPcr.ResetL0).PcrSelect.Pcrs());
        Assert.DoesNotContain(0, properties.Single(p => p.Tag == TpmPtPcr.ResetL0).PcrSelect.Pcrs());
    }

    [Fact]
    public void Curves_handles_policies_and_command_lists_are_read()
    {
        Assert.Contains(TpmEccCurve.NistP256, One<TpmuCapabilities.EccCurves>(TpmCap.EccCurves).Items);
        var permanent = One<TpmuCapabilities.Handles>(TpmCap.Handles, (uint)TpmHt.Permanent << 24).Items;
        Assert.Contains(TpmRh.Owner, permanent);
        Assert.All(permanent, handle => Assert.Equal(TpmHt.Permanent, handle.Type));
        Assert.Empty(One<TpmuCapabilities.Handles>(TpmCap.Handles, (uint)TpmHt.Transient << 24).Items);
        Assert.Contains(One<TpmuCapabilities.AuthPolicies>(TpmCap.AuthPolicies, (uint)TpmRh.Owner).Items, p => p.PolicyHash.HashAlg == TpmAlgId.Null);
        Assert.Contains(TpmCc.PpCommands, One<TpmuCapabilities.CommandCodes>(TpmCap.PpCommands, (uint)TpmCc.NvUndefineSpaceSpecial).Items);
        Assert.NotNull(One<TpmuCapabilities.CommandCodes>(TpmCap.AuditCommands, (uint)TpmCc.NvUndefineSpaceSpecial));
    }

    private List<TpmsTaggedProperty> Properties(TpmPt first) => All(
        TpmCap.TpmProperties, 5, (TpmuCapabilities.TpmProperties p) => p.Items, p => (uint)p.Property, (uint)first);

    private List<TpmaCc> Commands(int piece) => All(
        TpmCap.Commands, piece, (TpmuCapabilities.Commands c) => c.Items, c => (uint)c.CommandCode);

    private List<TpmsAlgProperty> Algorithms(int piece) => All(
        TpmCap.Algs, piece, (TpmuCapabilities.Algorithms a) => a.Items, a => (uint)a.Alg);

    private TCase One<TCase>(TpmCap capability, uint property = 0) =>
        Assert.IsType<TCase>(_tpm.Commands.GetCapability(capability, property, 254).CapabilityData.Data);

    private List<TItem> All<TCase, TItem>(TpmCap capability, int piece, Func<TCase, IEnumerable<TItem>> items, Func<TItem, uint> property, uint next = 0)
    {
        var all = new List<TItem>();
        GetCapability.Response response;
        do
        {
            response = _tpm.Commands.GetCapability(capability, next, (uint)piece);
            all.AddRange(items(Assert.IsType<TCase>(response.CapabilityData.Data)));
            next = property(all[^1]) + 1;
        }
        while (response.MoreData);

        return all;
    }
}
