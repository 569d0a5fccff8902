using System.Security.Cryptography;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Chapters 11 and 23 of Part 3, without authorising anything by it.</summary>
internal sealed partial class EveryCommand
{
    private static readonly Tpm2bDigest s_zeros = new byte[32];

    private void Policies()
    {
        Tpm2bDigest digest = SHA256.HashData(s_data);
        Tpm2bName name = (byte[])[0, 0x0B, .. digest.Span];
        foreach (Action<TpmHandle> policy in (Action<TpmHandle>[])
        [
            s => Commands.PolicyOr(s, [s_zeros, digest]),
            s => Commands.PolicyPcr(s, digest, [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0))]),
            s => Commands.PolicyLocality(s, TpmaLocality.Zero | TpmaLocality.Three),
            s => Commands.PolicyCounterTimer(s, new byte[8], 0, TpmEo.UnsignedGe),
            s => Commands.PolicyCommandCode(s, TpmCc.Certify),
            s => Commands.PolicyPhysicalPresence(s),
            s => Commands.PolicyCpHash(s, digest),
            s => Commands.PolicyNameHash(s, digest),
            s => Commands.PolicyDuplicationSelect(s, name, name, true),
            s => Commands.PolicyAuthValue(s),
            s => Commands.PolicyPassword(s),
            s => Commands.PolicyNvWritten(s, true),
            s => Commands.PolicyTemplate(s, digest),
        ])
        {
            InSession(TpmSe.Trial, (session, _) =>
            {
                policy(session);
                Assert.NotEqual(s_zeros, Commands.PolicyGetDigest(session).PolicyDigest);
                Commands.PolicyRestart(session);
                Assert.Equal(s_zeros, Commands.PolicyGetDigest(session).PolicyDigest);
            });
        }

        Tickets();
        SignedPolicies();
        StoredPolicies();
    }

    private void Tickets()
    {
        Tpm2bTimeout timeout = default;
        TpmtTkAuth ticket = default;
        Tpm2bDigest policy = default;
        InSession(TpmSe.Policy, (session, nonce) =>
        {
            var answer = Commands.PolicySecret(TpmRh.Owner, session, nonce, default, default, -3600);
            (timeout, ticket) = (answer.Timeout, answer.PolicyTicket);
            policy = Commands.PolicyGetDigest(session).PolicyDigest;
        });
        InSession(TpmSe.Policy, (session, _) =>
        {
            Commands.PolicyTicket(session, timeout, default, default, new byte[] { 0x40, 0, 0, 1 }, ticket);
            Assert.Equal(policy, Commands.PolicyGetDigest(session).PolicyDigest);
        });
    }

    private void SignedPolicies() => _keys.With(Keys.Signing, key =>
    {
        Tpm2bName name = Commands.ReadPublic(key).Name;
        InSession(TpmSe.Policy, (session, _) =>
            Commands.PolicySigned(key, session, default, default, default, 0, Signed(SHA256.HashData(new byte[4]))));
        InSession(TpmSe.Policy, (session, _) =>
        {
            Tpm2bDigest approved = SHA256.HashData(s_zeros.Span);
            Commands.PolicyAuthorize(session, s_zeros, default, name, Commands.VerifySignature(key, approved, Signed(approved)).Validation);
        });

        TpmtSignature Signed(Tpm2bDigest digest) => Commands.Sign(key, digest, s_keysOwn, new(TpmSt.HashCheck, TpmRh.Null, default)).Signature;
    });

    private void StoredPolicies()
    {
        TpmHandle index = Define(0x01800005, TpmNt.Ordinary, 34);
        Commands.NvWrite(index, index, Bytes(new TpmtHa(TpmAlgId.Sha256, s_zeros.Buffer)), 0);
        InSession(TpmSe.Policy, (session, _) => Commands.PolicyNv(index, index, session, new byte[] { 0, 0x0B }, 0, TpmEo.Eq));
        InSession(TpmSe.Policy, (session, _) => Commands.PolicyAuthorizeNv(index, index, session));
        Commands.NvUndefineSpace(TpmRh.Owner, index);
    }

    private void InSession(TpmSe type, Action<TpmHandle, Tpm2bDigest> use)
    {
        var session = Commands.StartAuthSession(TpmRh.Null, TpmRh.Null, new byte[16], default, type, new(TpmAlgId.Null), TpmAlgId.Sha256);
        use(session.SessionHandle, session.NonceTpm);
        Commands.FlushContext(session.SessionHandle);
    }
}
