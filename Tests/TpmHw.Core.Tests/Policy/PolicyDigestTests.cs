using TpmHw.Core.Tests.Sessions;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Policy;

/// <summary>Policy digests, against published ones and against trial sessions of libtpms.</summary>
public sealed class PolicyDigestTests : IDisposable
{
    private static readonly Tpm2bDigest s_policyA = Convert.FromHexString("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa");

    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    [Fact]
    public void Those_of_the_endorsement_key_profile_are_as_published()
    {
        Assert.Equal(s_policyA, new TpmPolicyDigest().PolicySecret(TpmRh.Endorsement).Value);
        Assert.Equal(s_policyA, new TpmPolicyDigest().PolicyTicket(TpmSt.AuthSecret, new TpmEntity(TpmRh.Endorsement).Name).Value);
    }

    [Fact]
    public void Of_a_password_and_of_an_authorisation_value_there_is_one()
    {
        Tpm2bDigest both = Convert.FromHexString("8fcd2169ab92694e0c633f1ab772842b8241bbc20288981fc7ac1eddc1fddb0e");
        Assert.Equal(both, new TpmPolicyDigest().PolicyAuthValue().Value);
        Assert.Equal(both, new TpmPolicyDigest().PolicyPassword().Value);
    }

    [Fact]
    public void A_ticket_of_something_else_is_refused() =>
        Assert.Throws<ArgumentException>(() => new TpmPolicyDigest().PolicyTicket(TpmSt.Creation, default));

    [Fact]
    public void A_choice_needs_two() => Assert.Throws<ArgumentException>(() => new TpmPolicyDigest().PolicyOr(s_policyA));

    [Theory]
    [InlineData(TpmAlgId.Sha256, 500)]
    [InlineData(TpmAlgId.Sha1, 25)]
    [InlineData(TpmAlgId.Sha384, 25)]
    public void Random_policies_have_the_digest_that_the_TPM_gives_them(TpmAlgId hash, int count)
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, Keys.EccStorage());
        TpmHandle handle = new(0x01800001);
        _tpm.Commands.NvDefineSpace(TpmRh.Owner, default, new(new(handle, TpmAlgId.Sha256, TpmaNv.Of(TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite), default, 34)));
        using TpmNvIndex index = _tpm.OpenNvIndex(handle);
        _tpm.Commands.NvWrite(index, index, new byte[34], 0);
        var policies = new RandomPolicies(_tpm, key, index, hash);
        for (int seed = 0; seed < count; seed++)
        {
            policies.Check(seed);
        }

        Assert.Superset(RandomPolicies.All, policies.Used);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(130)]
    public void A_session_finds_its_way_through_a_choice_of_any_size(int size)
    {
        Tpm2bDigest[] branches = [.. Enumerable.Range(1, size).Select(i => new TpmPolicyDigest().PolicyLocality(TpmaLocality.Zero).PolicyNvWritten(true).PolicyCommandCode((TpmCc)(0x11E + i)).Value)];
        Tpm2bDigest all = new TpmPolicyDigest().PolicyOr(branches).Value;
        foreach (int chosen in (int[])[0, size / 2, size - 1])
        {
            using TpmSession trial = _tpm.StartSession(TpmSe.Trial);
            foreach (TpmlDigest list in TpmPolicyDigest.PathThroughOr(TpmAlgId.Sha256, branches, chosen))
            {
                _tpm.Commands.PolicyOr(trial, list);
            }

            Assert.Equal(all, _tpm.Commands.PolicyGetDigest(trial).PolicyDigest);
        }
    }

    [Fact]
    public void A_policy_session_satisfies_the_policy_that_was_worked_out_before()
    {
        Tpm2bDigest first = new TpmPolicyDigest().PolicyCommandCode(TpmCc.Unseal).PolicySecret(TpmRh.Owner).Value;
        Tpm2bDigest second = new TpmPolicyDigest().PolicyAuthValue().Value;
        Tpm2bDigest policy = new TpmPolicyDigest().PolicyOr(first, second).Value;
        byte[] auth = "of the object"u8.ToArray();
        using TpmObject sealedData = _tpm.CreatePrimary(TpmRh.Owner, Keys.SealedData(policy), new(auth, new byte[] { 1, 2, 3 }));
        using TpmSession session = _tpm.StartSession(TpmSe.Policy);
        for (int i = 0; i < 2; i++)
        {
            _tpm.Commands.PolicyCommandCode(session, TpmCc.Unseal);
            _tpm.Commands.PolicySecret(TpmRh.Owner, session, default, default, default, 0);
            _tpm.Commands.PolicyOr(session, [first, second]);
            Assert.Equal(new byte[] { 1, 2, 3 }, _tpm.Commands.Unseal(sealedData, session).OutData.Span);
            _tpm.Commands.PolicyAuthValue(session);
            _tpm.Commands.PolicyOr(session, [first, second]);
            Assert.Equal(new byte[] { 1, 2, 3 }, _tpm.Commands.Unseal(sealedData, session).OutData.Span);
        }

        Assert.Throws<TpmCommandException>(() => _tpm.Commands.Unseal(sealedData, session));
        _tpm.Commands.PolicyPassword(session);
        _tpm.Commands.PolicyOr(session, [first, second]);
        Assert.Equal(new byte[] { 1, 2, 3 }, _tpm.Commands.Unseal(sealedData, session).OutData.Span);
    }

    public void Dispose() => _tpm.Dispose();
}
