using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Commands that want more than a password: a policy for their role, an audit session, physical presence.</summary>
internal sealed partial class EveryCommand
{
    private const TpmaObject BoundHere = TpmaObject.FixedTpm | TpmaObject.FixedParent;

    private void Roles()
    {
        IndexPolicies();
        Duplication();
        SessionAudit();
        PhysicalPresence();
    }

    private void IndexPolicies()
    {
        byte[] auth = "the new value"u8.ToArray();
        var handle = new TpmHandle(0x01800006);
        var attributes = TpmaNv.Of(AnyOwner | TpmaNvFlags.PlatformCreate | TpmaNvFlags.PolicyDelete, TpmNt.Ordinary);
        Tpm2bDigest change = new TpmPolicyDigest().PolicyCommandCode(TpmCc.NvChangeAuth).Value;
        Tpm2bDigest remove = new TpmPolicyDigest().PolicyCommandCode(TpmCc.NvUndefineSpaceSpecial).Value;
        Tpm2bDigest either = new TpmPolicyDigest().PolicyOr(change, remove).Value;
        Commands.NvDefineSpace(TpmRh.Platform, default, new TpmsNvPublic(handle, TpmAlgId.Sha256, attributes, either, 8));
        using TpmNvIndex index = _tpm.OpenNvIndex(handle);
        WithPolicy(TpmCc.NvChangeAuth, [change, remove], session => Commands.NvChangeAuth(index, auth, session));
        using (TpmNvIndex again = _tpm.OpenNvIndex(handle, auth))
        {
            Commands.NvWrite(again, again, new byte[8], 0);
        }

        WithPolicy(TpmCc.NvUndefineSpaceSpecial, [change, remove], session => Commands.NvUndefineSpaceSpecial(handle, TpmRh.Platform, session));
        Assert.Equal(0x18Bu, Assert.Throws<TpmCommandException>(() => Commands.NvReadPublic(handle)).Code.Value); // TPM_RC_HANDLE
    }

    /// <summary>A key that leaves the TPM in clear, and signs here as it does there.</summary>
    private void Duplication()
    {
        Tpm2bDigest policy = new TpmPolicyDigest().PolicyCommandCode(TpmCc.Duplicate).Value;
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, Keys.Hmac with { ObjectAttributes = Keys.Hmac.ObjectAttributes & ~BoundHere, AuthPolicy = policy });
        WithPolicy(TpmCc.Duplicate, [], session =>
        {
            var duplicate = Commands.Duplicate(key, TpmRh.Null, default, Keys.NoCipher, session).Duplicate;
            var reader = new TpmReader(duplicate.Span);
            var bits = (TpmuSensitiveComposite.Bits)Tpm2bSensitive.Read(ref reader).SensitiveArea!.Value.Sensitive;
            Assert.Equal(HMACSHA256.HashData(bits.Data.Span, s_data), Commands.Hmac(key, s_data, TpmAlgId.Null).OutHmac.Span);
        });
    }

    private void SessionAudit()
    {
        using TpmSession session = _tpm.StartSession();
        session.Attributes |= TpmaSession.Audit;
        Commands.GetRandom(8, session);
        var reader = new TpmReader(Commands.GetSessionAuditDigest(TpmRh.Endorsement, TpmRh.Null, session, default, s_keysOwn).AuditInfo.Span);
        Assert.Equal(session.AuditDigest, Assert.IsType<TpmuAttest.SessionAudit>(TpmsAttest.Read(ref reader).Attested).SessionDigest);
    }

    private void PhysicalPresence()
    {
        ITpmPhysicalPresence platform = _tpm.Transport.FindAbility<ITpmPhysicalPresence>()!;
        platform.PhysicalPresence = true;
        Commands.PpCommands(TpmRh.Platform, [TpmCc.ChangePps], []);
        var wanting = (TpmuCapabilities.CommandCodes)Commands.GetCapability(TpmCap.PpCommands, 0, 64).CapabilityData.Data;
        Assert.Contains(TpmCc.ChangePps, wanting.Items);
        platform.PhysicalPresence = false;
        Assert.Equal(0x090u, Assert.Throws<TpmCommandException>(() => Commands.ChangePps(TpmRh.Platform)).Code.Base.Value); // TPM_RC_PP
        platform.PhysicalPresence = true;
        Commands.PpCommands(TpmRh.Platform, [], [TpmCc.ChangePps]);
        platform.PhysicalPresence = false;
    }

    /// <summary>A policy session for one command, which may be one of several that the policy allows.</summary>
    private void WithPolicy(TpmCc command, TpmlDigest either, Action<TpmSession> use)
    {
        using TpmSession session = _tpm.StartSession(TpmSe.Policy);
        Commands.PolicyCommandCode(session, command);
        if (either.Count > 0)
        {
            Commands.PolicyOr(session, either);
        }

        use(session);
    }
}
