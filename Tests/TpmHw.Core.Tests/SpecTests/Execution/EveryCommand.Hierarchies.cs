using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Chapters 9, 10, 22, 24 to 26, 29 and 30 of Part 3.</summary>
internal sealed partial class EveryCommand
{
    private void Management()
    {
        Commands.Startup(TpmSu.Clear);
        Commands.SelfTest(true);
        Commands.IncrementalSelfTest([TpmAlgId.Sha256, TpmAlgId.Rsa]);
        Assert.True(Commands.GetTestResult().TestResult.IsSuccess);
        foreach ((TpmCap capability, uint property) in new[]
        {
            (TpmCap.Algs, 0u), (TpmCap.Handles, (uint)TpmHt.Permanent << 24), (TpmCap.Commands, 0u), (TpmCap.PpCommands, 0u),
            (TpmCap.AuditCommands, 0u), (TpmCap.Pcrs, 0u), (TpmCap.TpmProperties, 0x100u), (TpmCap.PcrProperties, 0u),
            (TpmCap.EccCurves, 0u), (TpmCap.AuthPolicies, 0x40000001u),
        })
        {
            Commands.GetCapability(capability, property, 254);
        }

        Commands.TestParms(new(TpmAlgId.Ecc, Keys.Signing.Parameters));
        Commands.PcrExtend(TpmHandle.Pcr(23), [new(TpmAlgId.Sha256, new byte[32])]);
        Commands.PcrEvent(TpmHandle.Pcr(23), s_data);
        Commands.PcrRead([new(TpmAlgId.Sha1, TpmsPcrSelect.Of(0, 1)), new(TpmAlgId.Sha256, TpmsPcrSelect.Of(23))]);
        Commands.PcrReset(TpmHandle.Pcr(23));
        Commands.PcrSetAuthValue(TpmHandle.Pcr(20), default);
        Commands.PcrSetAuthPolicy(TpmRh.Platform, default, TpmAlgId.Null, TpmHandle.Pcr(20));
        Assert.True(Commands.PcrAllocate(TpmRh.Platform, [new(TpmAlgId.Sha1, TpmsPcrSelect.Of(Enumerable.Range(0, 24).ToArray()))]).AllocationSuccess);
        Commands.DictionaryAttackLockReset(TpmRh.Lockout);
        Commands.DictionaryAttackParameters(TpmRh.Lockout, 10, 600, 3600);
        Commands.SetAlgorithmSet(TpmRh.Platform, 0);
        ulong clock = Commands.ReadClock().CurrentTime.ClockInfo.Clock + 60_000;
        Commands.ClockSet(TpmRh.Owner, clock);
        Assert.InRange(Commands.ReadClock().CurrentTime.ClockInfo.Clock, clock, clock + 60_000);
        Commands.ClockRateAdjust(TpmRh.Owner, TpmClockAdjust.FineSlower);
    }

    /// <summary>At the end: little is left after it.</summary>
    private void Hierarchies()
    {
        Commands.SetPrimaryPolicy(TpmRh.Owner, s_zeros, TpmAlgId.Sha256);
        Commands.HierarchyChangeAuth(TpmRh.Owner, default);
        Commands.HierarchyControl(TpmRh.Platform, TpmRh.Endorsement, false);
        Commands.HierarchyControl(TpmRh.Platform, TpmRh.Endorsement, true);
        Commands.ClearControl(TpmRh.Lockout, true);
        Assert.Equal(0x120u, Assert.Throws<TpmCommandException>(() => Commands.Clear(TpmRh.Lockout)).Code.Value); // TPM_RC_DISABLED
        Commands.ClearControl(TpmRh.Platform, false);
        Commands.ChangeEps(TpmRh.Platform);
        Commands.ChangePps(TpmRh.Platform);
        Commands.Clear(TpmRh.Platform);
        Commands.Shutdown(TpmSu.Clear);
    }
}
