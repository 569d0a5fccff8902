using TpmHw.Spec;
using static TpmHw.Core.Tests.SpecTests.Execution.FailureBench;

namespace TpmHw.Core.Tests.SpecTests.Execution;

internal static partial class Failures
{
    /// <summary>Chapter 23.</summary>
    private static readonly Failure[] s_policies =
    [
        new("a signature of something else", "TPM_RC_SIGNATURE (0x5DB, parameter 5)", t => t.InPolicy(p => t.Commands.PolicySigned(t.Signing, p, default, default, default, 0, t.Sign(Sha256("another"))))),
        new("a wrong password", "TPM_RC_BAD_AUTH (0x9A2, session 1)", t => t.InPolicy(p => t.Commands.PolicySecret(Wrong(t.Unguarded), p, default, default, default, 0))),
        new("a ticket that is none", "TPM_RC_TICKET (0x5E0, parameter 5)", t => t.InPolicy(p => t.Commands.PolicyTicket(p, new byte[8], default, default, new byte[4], new(TpmSt.AuthSecret, TpmRh.Owner, Zeros)))),
        new("none of them satisfied", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.InPolicy(p => t.Commands.PolicyOr(p, [Sha256("one"), Sha256("another")]))),
        new("other values than the PCRs have", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.InPolicy(p => t.Commands.PolicyPcr(p, Sha256("another"), [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0))]))),
        new("no locality", "TPM_RC_RANGE (0x1CD, parameter 1)", t => t.InPolicy(p => t.Commands.PolicyLocality(p, default))),
        new("an index that was never written", "TPM_RC_NV_UNINITIALIZED (0x14A)", t => t.InPolicy(p => t.Commands.PolicyNv(t.Unwritten, t.Unwritten, p, new byte[8], 0, TpmEo.Eq))),
        new("a comparison that does not hold", "TPM_RC_POLICY (0x126)", t => t.InPolicy(p => t.Commands.PolicyCounterTimer(p, new byte[8], 0, TpmEo.UnsignedLt))),
        new("two commands", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.InPolicy(p => { t.Commands.PolicyCommandCode(p, TpmCc.Sign); t.Commands.PolicyCommandCode(p, TpmCc.Unseal); })),
        new("an HMAC session", "TPM_RC_VALUE (0x184, handle 1)", t => t.Commands.PolicyPhysicalPresence(t.HmacSession)),
        new("two sets of parameters", "TPM_RC_CPHASH (0x151)", t => t.InPolicy(p => { t.Commands.PolicyCpHash(p, Sha256("one")); t.Commands.PolicyCpHash(p, Sha256("another")); })),
        new("a digest of 8 bytes", "TPM_RC_SIZE (0x1D5, parameter 1)", t => t.InPolicy(p => t.Commands.PolicyNameHash(p, new byte[8]))),
        new("parameters that are set already", "TPM_RC_CPHASH (0x151)", t => t.InPolicy(p => { t.Commands.PolicyCpHash(p, Sha256("one")); t.Commands.PolicyDuplicationSelect(p, new byte[34], new byte[34], true); })),
        new("another policy than the session has", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.InPolicy(p => t.Commands.PolicyAuthorize(
            p, Sha256("another"), default, t.Commands.ReadPublic(t.Signing).Name, new(TpmSt.Verified, TpmRh.Owner, Zeros)))),
        new("an HMAC session", "TPM_RC_VALUE (0x184, handle 1)", t => t.Commands.PolicyAuthValue(t.HmacSession)),
        new("an HMAC session", "TPM_RC_VALUE (0x184, handle 1)", t => t.Commands.PolicyPassword(t.HmacSession)),
        new("an HMAC session", "TPM_RC_VALUE (0x184, handle 1)", t => t.Commands.PolicyGetDigest(t.HmacSession)),
        new("both written and not", "TPM_RC_VALUE (0x1C4, parameter 1)", t => t.InPolicy(p => { t.Commands.PolicyNvWritten(p, true); t.Commands.PolicyNvWritten(p, false); })),
        new("a digest of 8 bytes", "TPM_RC_SIZE (0x1D5, parameter 1)", t => t.InPolicy(p => t.Commands.PolicyTemplate(p, new byte[8]))),
        new("an index that was never written", "TPM_RC_NV_UNINITIALIZED (0x14A)", t => t.InPolicy(p => t.Commands.PolicyAuthorizeNv(t.Unwritten, t.Unwritten, p))),
    ];
}
