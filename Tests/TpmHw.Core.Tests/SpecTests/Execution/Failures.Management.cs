using TpmHw.Spec;
using static TpmHw.Core.Tests.SpecTests.Execution.FailureBench;

namespace TpmHw.Core.Tests.SpecTests.Execution;

internal static partial class Failures
{
    /// <summary>Chapters 24, 26 and 29.</summary>
    private static readonly Failure[] s_hierarchies =
    [
        new("a key that both signs and is restricted to decrypt", "TPM_RC_ATTRIBUTES (0x2C2, parameter 2)", t => t.Commands.CreatePrimary(
            TpmRh.Owner, Keys.Empty, Keys.Storage with { ObjectAttributes = Keys.Storage.ObjectAttributes | TpmaObject.Sign }, s_noData, [])),
        new("the owner over the endorsement hierarchy", "TPM_RC_AUTH_TYPE (0x124)", t => t.Commands.HierarchyControl(TpmRh.Owner, TpmRh.Endorsement, false)),
        new("a digest of 8 bytes", "TPM_RC_SIZE (0x1D5, parameter 1)", t => t.Commands.SetPrimaryPolicy(TpmRh.Owner, new byte[8], TpmAlgId.Sha256)),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.ChangePps(Wrong(TpmRh.Platform))),
        new("the owner", "TPM_RC_VALUE (0x184, handle 1)", t => t.Commands.ChangeEps(TpmRh.Owner)),
        new("where it is disabled", "TPM_RC_DISABLED (0x120)", t =>
        {
            t.Commands.ClearControl(TpmRh.Platform, true);
            try
            {
                t.Commands.Clear(TpmRh.Lockout);
            }
            finally
            {
                t.Commands.ClearControl(TpmRh.Platform, false);
            }
        }),
        new("the lockout authorisation enables", "TPM_RC_AUTH_FAIL (0x08E)", t => t.Commands.ClearControl(TpmRh.Lockout, false)),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.HierarchyChangeAuth(Wrong(TpmRh.Endorsement), default)),
        new("without physical presence", "TPM_RC_PP (0x990, session 1)", t => t.Commands.PpCommands(TpmRh.Platform, [], [])),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.SetAlgorithmSet(Wrong(TpmRh.Platform), 0)),
        new("through a session that is gone", "TPM_RC_REFERENCE_S0 (0x918)", t => t.Commands.ReadClock(t.Lost)),
        new("into the past", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.Commands.ClockSet(TpmRh.Owner, 0)),
        new("a rate that there is not", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.Commands.ClockRateAdjust(TpmRh.Owner, (TpmClockAdjust)9)),
    ];

    /// <summary>Chapter 31.</summary>
    private static readonly Failure[] s_storage =
    [
        new("an index that is there already", "TPM_RC_NV_DEFINED (0x14C)", t => t.Commands.NvDefineSpace(
            TpmRh.Owner, default, new TpmsNvPublic(t.Written, TpmAlgId.Sha256, TpmaNv.Of(TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite, TpmNt.Ordinary), default, 8))),
        new("an index that only its policy removes", "TPM_RC_ATTRIBUTES (0x282, handle 2)", t => t.Commands.NvUndefineSpace(TpmRh.Platform, t.ByPolicy)),
        new("with a password instead of a policy", "TPM_RC_AUTH_TYPE (0x124)", t => t.Commands.NvUndefineSpaceSpecial(t.ByPolicy, TpmRh.Platform)),
        new("a handle that nothing has", "TPM_RC_HANDLE (0x18B, handle 1)", t => t.Commands.NvReadPublic(NoIndex)),
        new("beyond the end", "TPM_RC_NV_RANGE (0x146)", t => t.Commands.NvWrite(t.Written, t.Written, new byte[8], 4)),
        new("an ordinary index", "TPM_RC_ATTRIBUTES (0x282, handle 2)", t => t.Commands.NvIncrement(t.Written, t.Written)),
        new("an ordinary index", "TPM_RC_ATTRIBUTES (0x282, handle 2)", t => t.Commands.NvExtend(t.Written, t.Written, new byte[4])),
        new("an ordinary index", "TPM_RC_ATTRIBUTES (0x282, handle 2)", t => t.Commands.NvSetBits(t.Written, t.Written, 1)),
        new("an index that can't be locked", "TPM_RC_ATTRIBUTES (0x282, handle 2)", t => t.Commands.NvWriteLock(t.Written, t.Written)),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.Commands.NvGlobalWriteLock(Wrong(TpmRh.Owner))),
        new("an index that was never written", "TPM_RC_NV_UNINITIALIZED (0x14A)", t => t.Commands.NvRead(t.Unwritten, t.Unwritten, 8, 0)),
        new("an index that can't be locked", "TPM_RC_ATTRIBUTES (0x282, handle 2)", t => t.Commands.NvReadLock(t.Written, t.Written)),
        new("with a password instead of a policy", "TPM_RC_AUTH_TYPE (0x124)", t => t.Commands.NvChangeAuth(t.Written, default)),
        new("beyond the end", "TPM_RC_NV_RANGE (0x146)", t => t.Commands.NvCertify(t.Signing, t.Written, t.Written, s_noData, KeysOwn, 8, 4)),
    ];

    /// <summary>Guessing, and what it leads to (chapter 25).</summary>
    private static readonly Failure[] s_last =
    [
        new("a wrong password, protected from guessing", "TPM_RC_AUTH_FAIL (0x98E, session 1)", t => { t.Commands.DictionaryAttackParameters(TpmRh.Lockout, 1, 1000, 1000); t.Commands.Unseal(Wrong(t.Guarded)); }),
        new("after too many wrong passwords", "TPM_RC_LOCKOUT (0x921)", t => t.Commands.Unseal(new TpmEntity(t.Guarded, FailureBench.Auth))),
        new("a wrong password", "TPM_RC_AUTH_FAIL (0x98E, session 1)", t => t.Commands.DictionaryAttackLockReset(Wrong(TpmRh.Lockout))),
        new("after a wrong password", "TPM_RC_LOCKOUT (0x921)", t => t.Commands.DictionaryAttackParameters(TpmRh.Lockout, 10, 10, 10)),
    ];
}
