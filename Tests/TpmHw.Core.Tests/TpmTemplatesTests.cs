using System.Reflection;
using System.Security.Cryptography;
using TpmHw.Policy;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests;

/// <summary>The ready-made templates on libtpms.</summary>
public sealed class TpmTemplatesTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"), new() { ProtectBus = false });

    public static TheoryData<string> Names =>
        [.. typeof(TpmTemplates).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(static p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_TPM_makes_an_object_of_each_template(string name)
    {
        var template = (TpmtPublic)typeof(TpmTemplates).GetProperty(name)!.GetValue(null)!;
        TpmRh hierarchy = name.StartsWith("Endorsement", StringComparison.Ordinal) ? TpmRh.Endorsement : TpmRh.Owner;
        byte[] data = name == nameof(TpmTemplates.SealedData) ? [1] : [];

        using TpmObject made = _tpm.CreatePrimary(hierarchy, template, new(default, data));

        Assert.Equal(template.ObjectAttributes, made.PublicArea.ObjectAttributes);
        Assert.Equal(template.Parameters, made.PublicArea.Parameters);
    }

    [Fact]
    public void The_policy_of_the_endorsement_keys_is_PolicySecret_of_the_endorsement_hierarchy()
    {
        // A PolicyUpdate (Part 3, 23.2.3) of the command's code and the entity's Name, and then one of the policyRef, here empty.
        byte[] first = SHA256.HashData([.. new byte[32], 0, 0, 0x01, 0x51, 0x40, 0, 0, 0x0B]);
        byte[] policy = SHA256.HashData(first);

        Assert.Equal(policy, TpmTemplates.EndorsementEcc.AuthPolicy.Buffer);
        Assert.Equal(policy, TpmTemplates.EndorsementRsa.AuthPolicy.Buffer);
    }

    [Fact]
    public void A_template_varies_by_with()
    {
        byte[] secret = [1, 2, 3];
        using TpmObject made = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData with { NameAlg = TpmAlgId.Sha384 }, new(default, secret));

        Assert.Equal(TpmAlgId.Sha384, made.PublicArea.NameAlg);
        Assert.Equal(secret, _tpm.Commands.Unseal(made).OutData.Buffer);
    }

    [Fact]
    public void What_is_under_a_policy_is_not_had_with_the_authorisation_value()
    {
        using TpmObject made = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData.UnderPolicy(new PolicyCommandCode(TpmCc.Unseal)), new(default, new byte[1]));

        Assert.Equal("TPM_RC_AUTH_UNAVAILABLE", Assert.Throws<TpmCommandException>(() => _tpm.Commands.Unseal(made)).Code.Name);
        using TpmSession session = _tpm.Satisfy(new PolicyCommandCode(TpmCc.Unseal));
        Assert.Equal(1, _tpm.Commands.Unseal(made, session).OutData.Size);
    }

    public void Dispose() => _tpm.Dispose();
}
