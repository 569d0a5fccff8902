using System.Security.Cryptography;
using TpmHw.Policy;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Policy;

/// <summary>Sessions that satisfy policies, on libtpms.</summary>
public sealed class PolicySessionTests : IDisposable
{
    private static readonly byte[] s_secret = [1, 2, 3];

    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    [Fact]
    public void Data_sealed_to_PCRs_comes_out_until_one_of_them_changes()
    {
        TpmPolicy policy = PolicyPcr.Current(_tpm, TpmAlgId.Sha256, 0, 7, 16);
        using TpmObject box = Seal(policy);
        using (TpmSession session = _tpm.Satisfy(policy))
        {
            Assert.Equal(s_secret, _tpm.Commands.Unseal(box, session).OutData.Span);
        }

        ExtendPcr16();
        var e = Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy));
        PolicyObstacle obstacle = Assert.Single(e.Obstacles);
        Assert.Equal(PolicyObstacleKind.PcrDiffers, obstacle.Kind);
        Assert.StartsWith("PCR 16 of Sha256 is ", obstacle.Evidence);
        Assert.DoesNotContain("PCR 7", e.Message);
        Assert.Contains("event log", e.Advice);
    }

    [Fact]
    public void The_branch_that_can_be_satisfied_is_taken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        TpmPolicy policy = new PolicyOr(
            new("as started", PolicyPcr.Current(_tpm, TpmAlgId.Sha256, 16)),
            new("support", [new PolicySigned(PolicyKeys.Of(key)) { KeyHint = "the support key" }, new PolicyCommandCode(TpmCc.Unseal)]),
            new("owner", [new PolicySecret(TpmRh.Owner), new PolicyCommandCode(TpmCc.ObjectChangeAuth)]));
        using TpmObject box = Seal(policy);
        Assert.Equal(s_secret, Unseal(box, policy));
        ExtendPcr16();
        var e = Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy, command: TpmCc.Unseal));
        Assert.Equal(
            [("as started", PolicyObstacleKind.PcrDiffers), ("support", PolicyObstacleKind.SignatureMissing), ("owner", PolicyObstacleKind.OtherCommand)],
            e.Obstacles.Select(o => (o.Branch, o.Kind)));
        Assert.Contains("in branch \"support\", TPM2_PolicySigned by the support key: nobody signs", e.Message);
        Assert.Equal(s_secret, Unseal(box, policy, [PolicySigner.Of(key)]));

        // Without a word on what it is for, the owner's branch does, but not for this command.
        using TpmSession other = _tpm.Satisfy(policy);
        Assert.Equal("TPM_RC_POLICY_CC", Assert.Throws<TpmCommandException>(() => _tpm.Commands.Unseal(box, other)).Code.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_signed_policy_takes_signatures_by_its_key_alone(bool rsa)
    {
        using var right = new Signer(rsa);
        using var wrong = new Signer(rsa);
        TpmPolicy policy = new PolicySigned(right.Key.Key, "for this box"u8.ToArray());
        using TpmObject box = Seal(policy);
        Assert.Equal(s_secret, Unseal(box, policy, [right.Key]));
        Assert.Equal(PolicyObstacleKind.SignatureMissing, Why(policy, [wrong.Key]).Kind);

        // Somebody who says he has the key, and has not.
        var forger = new PolicySigner(right.Key.Key, (data, hash) => wrong.Key.SignOver(data, hash));
        PolicyObstacle refused = Why(policy, [forger]);
        Assert.Equal((PolicyObstacleKind.Refused, "TPM_RC_SIGNATURE"), (refused.Kind, refused.Cause!.Code.Name));
    }

    [Fact]
    public void A_key_in_the_TPM_signs_for_a_policy()
    {
        using TpmObject ecc = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        using TpmObject hmac = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.Hmac);
        TpmPolicy policy = TpmPolicy.Of(new PolicySigned(ecc.PublicArea), new PolicySigned(hmac.PublicArea));
        using TpmObject box = Seal(policy);
        Assert.Equal(s_secret, Unseal(box, policy, [ecc, hmac]));
    }

    [Fact]
    public void A_ticket_does_for_the_next_session()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        int signed = 0;
        PolicySigner signer = PolicySigner.Of(key);
        var counting = new PolicySigner(signer.Key, (data, hash) =>
        {
            signed++;
            return signer.SignOver(data, hash);
        });
        using var owner = new TpmEntity(TpmRh.Owner);
        TpmPolicy policy = TpmPolicy.Of(new PolicySigned(signer.Key, new byte[] { 1 }), new PolicySecret(TpmRh.Owner, new byte[] { 2 }));
        using TpmObject box = Seal(policy);
        var credentials = new PolicyCredentials(counting, owner) { TicketLifetime = TimeSpan.FromMinutes(1) };
        Assert.Equal(s_secret, Unseal(box, policy, credentials));
        Assert.Equal(2, credentials.Tickets.Count());
        Assert.Equal(s_secret, Unseal(box, policy, credentials));
        Assert.Equal(1, signed);

        // One that the TPM doesn't take is as good as none.
        PolicyTicket first = credentials.Tickets.First();
        var forged = new PolicyCredentials(first with { Ticket = first.Ticket with { Digest = new byte[32] } }, counting, owner);
        Assert.Equal(s_secret, Unseal(box, policy, forged));
        Assert.Equal(2, signed);
        Assert.Empty(forged.Tickets);
    }

    [Theory]
    [InlineData(TpmAlgId.Sha256)]
    [InlineData(TpmAlgId.Sha384)]
    public void A_policy_that_was_approved_later_opens_what_was_sealed_before(TpmAlgId nameAlg)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        PolicySigner signer = PolicySigner.Of(key, nameAlg);
        TpmPolicy policy = new PolicyAuthorize(signer.Key, "2026"u8.ToArray());
        using TpmObject box = Seal(policy);
        TpmPolicy old = PolicyPcr.Current(_tpm, TpmAlgId.Sha256, 16);
        TpmPolicy oldApproved = old.ApprovedBy(signer, "2026"u8.ToArray());
        Assert.Equal(s_secret, Unseal(box, policy, [oldApproved]));
        ExtendPcr16();
        TpmPolicy now = PolicyPcr.Current(_tpm, TpmAlgId.Sha256, 16);
        Assert.Equal(PolicyObstacleKind.PcrDiffers, Why(policy, [oldApproved]).Kind);
        Assert.Equal(PolicyObstacleKind.ApprovalMissing, Why(policy, [now]).Kind);
        Assert.Equal(PolicyObstacleKind.ApprovalMissing, Why(policy, [now.ApprovedBy(signer, "2025"u8.ToArray())]).Kind);
        Assert.Equal(s_secret, Unseal(box, policy, [oldApproved, now.ApprovedBy(signer, "2026"u8.ToArray())]));

        // A forged approval is refused, and the genuine one found behind it.
        TpmPolicy forged = now.ApprovedBy(new(signer.Key, (data, hash) => PolicySigner.Of(stranger, nameAlg).SignOver(data, hash)), "2026"u8.ToArray());
        Assert.Equal("TPM_RC_SIGNATURE", Why(policy, [forged]).Cause!.Code.Name);
        Assert.Equal(s_secret, Unseal(box, policy, [forged, now.ApprovedBy(signer, "2026"u8.ToArray())]));
    }

    [Fact]
    public void A_policy_in_an_NV_index_can_be_changed_by_who_may_write_it()
    {
        using TpmNvIndex index = Nv.Define(_tpm, 0x01800002, 34, "index"u8.ToArray());
        TpmPolicy first = [new PolicyAuthValue()];
        TpmPolicy second = [new PolicySecret(TpmRh.Owner)];
        TpmPolicy policy = [new PolicyAuthorizeNv(index.PublicArea)];
        using TpmObject box = Seal(policy);
        Assert.Equal(PolicyObstacleKind.NvDiffers, Why(policy, [index, first, second]).Kind);
        Put(first);
        Assert.Equal(s_secret, Unseal(box, policy, [index, first, second]));
        Put(second);
        Assert.Equal(s_secret, Unseal(box, policy, [index, first, second]));
        Assert.Equal(PolicyObstacleKind.ApprovalMissing, Why(policy, [index, first]).Kind);
        Assert.Equal(PolicyObstacleKind.SecretMissing, Why(policy, [first, second]).Kind);

        void Put(TpmPolicy held) => _tpm.Commands.NvWrite(index, index, new byte[] { 0, 0x0B }.Concat(held.Digest().Buffer.ToArray()).ToArray(), 0);
    }

    [Fact]
    public void What_an_NV_index_holds_is_compared()
    {
        using TpmNvIndex index = Nv.Define(_tpm, 0x01800003, 8);
        TpmPolicy policy = [new PolicyNv(index.PublicArea, new byte[] { 0, 5 }, TpmEo.UnsignedLt, 6)];
        using TpmObject box = Seal(policy);
        _tpm.Commands.NvWrite(index, index, new byte[] { 9, 9, 9, 9, 9, 9, 0, 4 }, 0);
        Assert.Equal(s_secret, Unseal(box, policy, [index]));
        _tpm.Commands.NvWrite(index, index, new byte[] { 0, 0, 0, 0, 0, 0, 0, 5 }, 0);
        PolicyObstacle obstacle = Why(policy, [index]);
        Assert.Equal((PolicyObstacleKind.NvDiffers, $"the NV index {index.Handle} holds 0005"), (obstacle.Kind, obstacle.Evidence));
        _tpm.Commands.NvUndefineSpace(TpmRh.Owner, index);
        Assert.Equal("TPM_RC_HANDLE", Why(policy, [index]).Cause!.Code.Name);
    }

    [Fact]
    public void Secrets_of_entities_are_needed_and_not_guessed()
    {
        TpmPolicy policy = [new PolicySecret(TpmRh.Owner)];
        using TpmObject box = Seal(policy);
        Assert.Equal(s_secret, Unseal(box, policy));
        _tpm.Commands.HierarchyChangeAuth(TpmRh.Owner, "owner"u8.ToArray());
        using var owner = new TpmEntity(TpmRh.Owner, "owner"u8);
        using var wrong = new TpmEntity(TpmRh.Owner, "other"u8);
        Assert.Equal(PolicyObstacleKind.SecretMissing, Why(policy, []).Kind);
        Assert.Equal("TPM_RC_BAD_AUTH", Why(policy, [wrong]).Cause!.Code.Name);
        Assert.Equal(s_secret, Unseal(box, policy, [owner]));
    }

    [Fact]
    public void A_key_is_duplicated_to_the_parent_that_its_policy_names()
    {
        using TpmObject parent = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageEcc);
        using TpmObject other = _tpm.CreatePrimary(TpmRh.Null, TpmTemplates.StorageEcc);
        TpmPolicy policy = [new PolicyDuplicationSelect(parent.Name)];
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, Movable(policy));
        Assert.Equal(PolicyObstacleKind.TargetMissing, Why(policy, []).Kind);
        Assert.Equal(PolicyObstacleKind.OtherCommand, Why(policy, [], TpmCc.Sign, key).Kind);
        using TpmSession session = _tpm.Satisfy(policy, command: TpmCc.Duplicate, target: key);
        Assert.Equal("TPM_RC_POLICY_FAIL", Assert.Throws<TpmCommandException>(() => _tpm.Commands.Duplicate(key, other, default, new(TpmAlgId.Null), session)).Code.Name);
        Assert.NotEqual(0, _tpm.Commands.Duplicate(key, parent, default, new(TpmAlgId.Null), session).Duplicate.Size);
    }

    [Fact]
    public void A_policy_for_the_duplication_of_one_key_is_approved_once_the_key_is_there()
    {
        using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PolicySigner signer = PolicySigner.Of(authority);
        TpmPolicy policy = [new PolicyAuthorize(signer.Key)];
        using TpmObject parent = _tpm.CreatePrimary(TpmRh.Null, TpmTemplates.StorageEcc);
        TpmPolicy approved;
        using (TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, Movable(policy)))
        {
            approved = TpmPolicy.Of(new PolicyDuplicationSelect(parent.Name, key.Name)).ApprovedBy(signer);
            using TpmSession session = _tpm.Satisfy(policy, [approved]);
            Assert.NotEqual(0, _tpm.Commands.Duplicate(key, parent, default, new(TpmAlgId.Null), session).Duplicate.Size);
        }

        using TpmObject another = _tpm.CreatePrimary(TpmRh.Null, Movable(policy));
        using TpmSession wrong = _tpm.Satisfy(policy, [approved]);
        Assert.Equal("TPM_RC_POLICY_FAIL", Assert.Throws<TpmCommandException>(() => _tpm.Commands.Duplicate(another, parent, default, new(TpmAlgId.Null), wrong)).Code.Name);
    }

    [Fact]
    public void Time_and_locality_are_looked_at()
    {
        TpmPolicy never = [new PolicyCounterTimer(new byte[8], TpmEo.UnsignedLt)];
        TpmPolicy started = [new PolicyCounterTimer(new byte[] { 0, 0, 0, 0 }, TpmEo.UnsignedGe, 16)];
        Assert.Equal(PolicyObstacleKind.TimeDiffers, Why(never, []).Kind);
        using TpmObject box = Seal(started);
        Assert.Equal(s_secret, Unseal(box, started));

        TpmPolicy policy = [new PolicyLocality(TpmaLocality.Zero | TpmaLocality.Three)];
        using TpmObject local = Seal(policy);
        Assert.Equal(s_secret, Unseal(local, policy));
        _tpm.Transport.FindAbility<ITpmLocality>()!.Locality = 1;
        Assert.Equal("commands come from locality 1", Why(policy, []).Evidence);
        _tpm.Transport.FindAbility<ITpmLocality>()!.Locality = 3;
        Assert.Equal(s_secret, Unseal(local, policy));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_password_never_crosses_a_wire_in_clear(bool protectBus)
    {
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"), new() { ProtectBus = protectBus });
        using TpmObject root = tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageEcc);
        tpm.Commands.EvictControl(TpmRh.Owner, root, new(0x81000001));
        TpmPolicy policy = [new PolicyPassword()];
        byte[] auth = "of the box"u8.ToArray();
        using TpmObject box = tpm.CreatePrimary(TpmRh.Owner, Box(policy), new(auth, s_secret));
        using TpmSession session = tpm.Satisfy(policy);
        Assert.Equal(protectBus ? TpmCc.PolicyAuthValue : TpmCc.PolicyPassword, session.PolicyNeeds);
        Assert.Equal(s_secret, tpm.Commands.Unseal(box, session).OutData.Span);
    }

    [Fact]
    public void An_NV_index_is_written_once_by_its_policy()
    {
        TpmPolicy policy = new PolicyOr(
            new("first write", [new PolicyNvWritten(false), new PolicyCommandCode(TpmCc.NvWrite)]),
            new("later", [new PolicyNvWritten(true), new PolicyCommandCode(TpmCc.NvRead)]));
        TpmHandle handle = new(0x01800004);
        _tpm.Commands.NvDefineSpace(TpmRh.Owner, default, new(new(handle, TpmAlgId.Sha256, TpmaNv.Of(TpmaNvFlags.PolicyWrite | TpmaNvFlags.PolicyRead), policy.Digest(), 4)));
        using TpmNvIndex index = _tpm.OpenNvIndex(handle);
        var unwritten = Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy, command: TpmCc.NvRead, target: index));
        Assert.Equal([PolicyObstacleKind.OtherCommand, PolicyObstacleKind.NvWrittenDiffers], unwritten.Obstacles.Select(o => o.Kind));
        using (TpmSession write = _tpm.Satisfy(policy, command: TpmCc.NvWrite, target: index))
        {
            _tpm.Commands.NvWrite(index, index, new byte[] { 1, 2, 3, 4 }, 0, write);
        }

        using TpmSession read = _tpm.Satisfy(policy, command: TpmCc.NvRead, target: index);
        Assert.Equal("01020304", _tpm.Commands.NvRead(index, index, 4, 0, read).Data.ToString());
        Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy, command: TpmCc.NvWrite, target: index));
    }

    [Fact]
    public void Limits_to_Names_parameters_and_templates_hold()
    {
        using TpmObject parent = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageEcc);
        TpmPolicy onlyCipher = [new PolicyTemplate(TpmTemplates.Cipher)];
        using TpmObject guarded = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageEcc with { AuthPolicy = onlyCipher.Digest(), ObjectAttributes = TpmTemplates.StorageEcc.ObjectAttributes & ~TpmaObject.UserWithAuth });
        using (TpmSession session = _tpm.Satisfy(onlyCipher))
        {
            Assert.Throws<TpmCommandException>(() => _tpm.Commands.Create(guarded, default, new(TpmTemplates.Hmac), default, default, session));
            Assert.NotEqual(0, _tpm.Commands.Create(guarded, default, new(TpmTemplates.Cipher), default, default, session).OutPrivate.Size);
        }

        TpmPolicy onlyThis = [new PolicyNameHash(parent.Name)];
        using TpmObject box = Seal(onlyThis);
        using TpmSession elsewhere = _tpm.Satisfy(onlyThis);
        Assert.Equal("TPM_RC_POLICY_FAIL", Assert.Throws<TpmCommandException>(() => _tpm.Commands.Unseal(box, elsewhere)).Code.Name);
    }

    [Fact]
    public void What_the_TPM_has_not_got_is_told_and_another_branch_taken()
    {
        TpmPolicy policy = new PolicyOr(
            new("parameters", new PolicyParameters(new byte[32])),
            new("capability", new PolicyCapability(TpmCap.TpmProperties, (uint)TpmPt.Permanent, new byte[4], TpmEo.Eq)),
            new("action", [new PolicyAction("knock"), new PolicyAuthValue()]));
        using TpmObject box = Seal(policy);
        var e = Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy));
        Assert.Equal([TpmCc.PolicyParameters, TpmCc.PolicyCapability], e.Obstacles.Where(o => o.Cause is { } c && c.Code.Name == "TPM_RC_COMMAND_CODE").Select(o => o.Element.Command));
        Assert.Equal(s_secret, Unseal(box, policy, new() { Act = action => action == "knock" }));
        Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy, new() { Act = _ => false }));
    }

    [Fact]
    public void All_branches_are_examined()
    {
        TpmPolicy policy = [PolicyOr.Of([new PolicyAuthValue()], [new PolicyCounterTimer(new byte[8], TpmEo.UnsignedLt)], [PolicyOr.Of([new PolicyPassword()], [new PolicyLocality(TpmaLocality.Four)])])];
        PolicyFinding found = Assert.Single(_tpm.Examine(policy));
        Assert.True(found.Holds);
        Assert.Equal([true, false, true], found.Options.Select(o => o.Holds));
        Assert.Equal([true, false], found.Options[2].Findings.Single().Options.Select(o => o.Holds));
    }

    public void Dispose() => _tpm.Dispose();

    private static TpmtPublic Box(TpmPolicy policy) => TpmTemplates.SealedData with { AuthPolicy = policy.Digest(), ObjectAttributes = TpmTemplates.SealedData.ObjectAttributes & ~TpmaObject.UserWithAuth };

    private static TpmtPublic Movable(TpmPolicy policy) => TpmTemplates.SigningEcc with
    {
        AuthPolicy = policy.Digest(),
        ObjectAttributes = TpmTemplates.SigningEcc.ObjectAttributes & ~(TpmaObject.FixedParent | TpmaObject.FixedTpm),
    };

    private TpmObject Seal(TpmPolicy policy) => _tpm.CreatePrimary(TpmRh.Owner, Box(policy), new(default, s_secret));

    private byte[] Unseal(TpmObject box, TpmPolicy policy, PolicyCredentials? credentials = null)
    {
        using TpmSession session = _tpm.Satisfy(policy, credentials, TpmCc.Unseal, box);
        return _tpm.Commands.Unseal(box, session).OutData.Buffer.ToArray();
    }

    private PolicyObstacle Why(TpmPolicy policy, PolicyCredentials credentials, TpmCc? command = null, TpmEntity? target = null) =>
        Assert.Throws<TpmPolicyException>(() => _tpm.Satisfy(policy, credentials, command, target)).Obstacles[0];

    private void ExtendPcr16() => _tpm.Commands.PcrExtend(new TpmHandle(16), [new(TpmAlgId.Sha256, new byte[32])]);

    private sealed class Signer : IDisposable
    {
        private readonly AsymmetricAlgorithm _key;

        public Signer(bool rsa)
        {
            if (rsa)
            {
                var key = RSA.Create(2048);
                (_key, Key) = (key, PolicySigner.Of(key));
            }
            else
            {
                var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                (_key, Key) = (key, PolicySigner.Of(key));
            }
        }

        public PolicySigner Key { get; }

        public void Dispose() => _key.Dispose();
    }
}
