using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Core.Tests.Crypto;
using TpmHw.Endorsement;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>Endorsement certificates that are believed, and ones that are not, each with its reason.</summary>
public sealed class CertificateTests : IDisposable
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";

    private static readonly TpmtPublic s_rsa = SaltKeys.Rsa;
    private static readonly TpmtPublic s_ecc = SaltKeys.Ecc();
    private static readonly X509Extension s_issues = new X509BasicConstraintsExtension(true, false, 0, true);

    private readonly Maker _maker = new();

    /// <summary>What certificates say, for both kinds of keys unless only RSA is meant, and a word of the objection.</summary>
    private static readonly Dictionary<string, (CertificateRecipe Recipe, string? Word)> s_certificates = new()
    {
        ["as the profile wants it"] = (new(), null),
        ["no basicConstraints"] = (new() { IsAuthority = null }, null),
        ["an authority"] = (new() { IsAuthority = true }, "authority"),
        ["an authority that has the key's usage too"] = (
            new() { IsAuthority = true, Usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement }, "authority"),
        ["no keyUsage"] = (new() { HasUsage = false }, "keyUsage"),
        ["for signatures"] = (new() { Usage = X509KeyUsageFlags.DigitalSignature }, "keyUsage"),
        ["for data"] = (new() { Usage = X509KeyUsageFlags.DataEncipherment }, "keyUsage"),
        ["for signatures too"] = (new() { Usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyAgreement }, null),
        ["another purpose"] = (new() { Purposes = [ServerPurpose] }, "extKeyUsage"),
        ["another purpose with a TPM's names"] = (new() { Purposes = [ServerPurpose], Names = Maker.AllNames }, "extKeyUsage"),
        ["any purpose"] = (new() { Purposes = [AnyPurpose] }, "extKeyUsage"),
        ["this purpose and another"] = (new() { Purposes = [ServerPurpose, Maker.EndorsementPurpose] }, null),
        ["no purpose"] = (new() { Purposes = null }, "nothing says"),
        ["no purpose, with a TPM's names"] = (new() { Purposes = null, Names = Maker.AllNames }, null),
        ["no purpose, with some of a TPM's names"] = (new() { Purposes = null, Names = Maker.AllNames[..2] }, "nothing says"),
        ["no purpose, with other names"] = (new() { Purposes = null, Names = ["2.5.4.3", "2.5.4.10", "2.5.4.11"] }, "nothing says"),
        ["no purpose, with a damaged subjectAltName"] = (new() { Purposes = null, Others = [new("2.5.29.17", [0x30, 5, 0xA4, 9, 1], false)] }, "nothing says"),
        ["no subject, a critical subjectAltName"] = (new() { Subject = "", Names = Maker.AllNames }, null),
        ["the TPM's specification, critical"] = (new() { Others = [new("2.5.29.9", [0x30, 0], true)] }, null),
        ["an unknown extension"] = (new() { Others = [new("1.2.3.4", [5, 0], false)] }, null),
        ["an unknown critical extension"] = (new() { Others = [new("1.2.3.4", [5, 0], true)] }, "1.2.3.4"),
        ["expired"] = (new() { DaysLeft = -1 }, "expired"),
        ["not valid yet"] = (new() { DaysBefore = -1 }, "valid from"),
        ["signed with SHA-1"] = (new() { Hash = HashAlgorithmName.SHA1 }, "not accepted"),
        ["signed with SHA-512"] = (new() { Hash = HashAlgorithmName.SHA512 }, null),
        ["a bit of the signature turned over"] = (new() { Finish = static c => [.. c[..^1], (byte)(c[^1] ^ 1)] }, "signature is wrong"),
    };

    public static TheoryData<string> Certificates => [.. s_certificates.Keys];

    [Theory]
    [MemberData(nameof(Certificates))]
    public void A_certificate_is_believed_or_has_a_reason_why_not(string name)
    {
        (CertificateRecipe recipe, string? word) = s_certificates[name];
        Check(_maker.Certify(s_rsa, recipe), word);
        Check(_maker.Certify(s_rsa, recipe with { IsOaep = true }), word);
        Check(_maker.Certify(s_ecc, recipe), word);
    }

    [Fact]
    public void The_usage_of_a_certificate_is_that_of_its_kind_of_key()
    {
        Check(_maker.Certify(s_rsa, new() { Usage = X509KeyUsageFlags.KeyAgreement }), "keyEncipherment");
        Check(_maker.Certify(s_ecc, new() { Usage = X509KeyUsageFlags.KeyEncipherment }), "keyAgreement");
    }

    [Fact]
    public void A_certificate_is_for_the_key_in_it_and_for_no_other_whatever_its_type_is_called()
    {
        TpmtPublic other = SaltKeys.Ecc();
        foreach (bool isOaep in (bool[])[false, true])
        {
            using X509Certificate2 rsa = Load(_maker.Certify(s_rsa, new() { IsOaep = isOaep }));
            Assert.True(EndorsementCertificate.IsFor(rsa, s_rsa));
            Assert.True(EndorsementCertificate.IsFor(rsa, s_rsa.WithRsa(p => p with { Exponent = 65537 })));
            Assert.False(EndorsementCertificate.IsFor(rsa, s_rsa.WithRsa(p => p with { Exponent = 1 })));
            Assert.False(EndorsementCertificate.IsFor(rsa, s_rsa.Modulus([.. SaltKeys.RsaNumbers.Modulus![..^1], 1])));
            Assert.False(EndorsementCertificate.IsFor(rsa, s_ecc));
        }

        using X509Certificate2 ecc = Load(_maker.Certify(s_ecc));
        Assert.True(EndorsementCertificate.IsFor(ecc, s_ecc));
        Assert.False(EndorsementCertificate.IsFor(ecc, other));
        Assert.False(EndorsementCertificate.IsFor(ecc, s_rsa));
        Assert.False(EndorsementCertificate.IsFor(ecc, s_ecc.On(TpmEccCurve.NistP384)));
        Assert.False(EndorsementCertificate.IsFor(ecc, s_ecc.On(TpmEccCurve.Sm2P256)));
        Assert.False(EndorsementCertificate.IsFor(ecc, s_ecc.Point(new byte[128], new byte[128])));
        Assert.False(EndorsementCertificate.IsFor(ecc, TpmTemplates.Hmac));
    }

    [Fact]
    public void A_chain_is_made_of_what_the_caller_and_the_TPM_have()
    {
        byte[] certificate = _maker.Certify(s_ecc);
        Check(certificate, null, new([_maker.Root]), [_maker.Factory]);
        Check(certificate, "issuer is missing: CN=maker, OU=factory", new([_maker.Root]));
        Check(certificate, "root that is not trusted", new([], [_maker.Factory, _maker.Root]));
        using var other = new Maker("another");
        Check(certificate, "issuer is missing", other.Trust);
        using var twin = new Maker();
        Check(certificate, "signature is wrong", twin.Trust);
        Check(certificate, null, new([twin.Root, _maker.Root], [twin.Factory]), [_maker.Factory]);
        Check(certificate, "root that is not trusted", new([twin.Root], [twin.Factory]), [_maker.Factory, _maker.Root]);
    }

    /// <summary>Factories that may or may not issue endorsement certificates.</summary>
    public static TheoryData<string, string?> Factories => new()
    {
        { "usual", null },
        { "with a usage", null },
        { "for signatures only", "may not issue" },
        { "no basicConstraints", "may not issue" },
        { "no authority", "may not issue" },
        { "for endorsement", null },
        { "for servers", "not one for endorsement" },
        { "for some names", "names" },
        { "expired", "expired" },
        { "below a root that allows none", "longer" },
        { "RSA", null },
        { "RSA-PSS", null },
    };

    [Theory]
    [MemberData(nameof(Factories))]
    public void An_authority_is_one_that_may_issue_endorsement_certificates(string factory, string? word)
    {
        using var rsa = RSA.Create(2048);
        using Maker maker = factory switch
        {
            "with a usage" => new(factory: [s_issues, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true)]),
            "for signatures only" => new(factory: [s_issues, new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true)]),
            "no basicConstraints" => new(factory: []),
            "no authority" => new(factory: [new X509BasicConstraintsExtension(false, false, 0, true)]),
            "for endorsement" => new(factory: [s_issues, new X509EnhancedKeyUsageExtension([new(Maker.EndorsementPurpose)], false)]),
            "for servers" => new(factory: [s_issues, new X509EnhancedKeyUsageExtension([new(ServerPurpose)], false)]),
            "for some names" => new(factory: [s_issues, new("2.5.29.30", [0x30, 0x0B, 0xA0, 0x09, 0x30, 0x07, 0x82, 0x05, 0x61, 0x2E, 0x63, 0x6F, 0x6D], false)]),
            "expired" => new(factoryDaysLeft: -1),
            "below a root that allows none" => new(isRootLimited: true),
            "RSA" => new(factoryKey: rsa),
            "RSA-PSS" => new(factoryKey: rsa, padding: RSASignaturePadding.Pss),
            _ => new(),
        };
        Check(maker.Certify(s_rsa), word, maker.Trust);
        Check(maker.Certify(s_ecc), word, maker.Trust);
    }

    [Fact]
    public void Damage_anywhere_in_a_certificate_is_a_finding_and_no_exception()
    {
        byte[] whole = _maker.Certify(s_rsa, new() { Names = Maker.AllNames, IsOaep = true });
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 + at % 255);
            using X509Certificate2? certificate = StoredCertificate.Read(damaged, out string? finding);
            finding ??= EndorsementCertificate.Objection(certificate!, _maker.Trust, [], DateTime.UtcNow);
            Assert.False(string.IsNullOrEmpty(finding), $"byte {at}");
            if (certificate is not null)
            {
                EndorsementCertificate.IsFor(certificate, s_rsa);
                Assert.NotEmpty(CertificateText.SubjectOf(certificate));
            }
        }
    }

    [Theory]
    [InlineData("CN=TPM", true, "CN=TPM")]
    [InlineData("", true, "TPM manufacturer id:1, model id:2, version id:3")]
    [InlineData("", false, "serial number 02")]
    public void A_certificate_says_whom_it_is_about(string subject, bool hasNames, string text)
    {
        using X509Certificate2 certificate = Load(_maker.Certify(s_ecc, new() { Subject = subject, Names = hasNames ? Maker.AllNames : null }));
        Assert.Equal(text, CertificateText.SubjectOf(certificate));
    }

    public void Dispose() => _maker.Dispose();

    private void Check(byte[] certificate, string? word) => Check(certificate, word, _maker.Trust);

    private static void Check(byte[] certificate, string? word, EndorsementTrust trust, X509Certificate2[]? fromTpm = null)
    {
        using X509Certificate2 loaded = Load(certificate);
        string? objection = EndorsementCertificate.Objection(loaded, trust, fromTpm ?? [], DateTime.UtcNow);
        if (word is null)
        {
            Assert.Null(objection);
        }
        else
        {
            Assert.Contains(word, objection, StringComparison.Ordinal);
        }
    }

    private static X509Certificate2 Load(byte[] certificate) => X509CertificateLoader.LoadCertificate(certificate);
}
