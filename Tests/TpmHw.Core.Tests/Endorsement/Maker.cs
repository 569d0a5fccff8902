using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>A maker of TPMs, with a root, a certificate below it, and what it writes into its TPMs.</summary>
internal sealed class Maker : IDisposable
{
    private const string EndorsementPurpose = "2.23.133.8.1";

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly ECDsa _factoryKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _factory;

    public Maker(string name = "maker")
    {
        var root = new CertificateRequest($"CN={name}", _rootKey, HashAlgorithmName.SHA384);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(10));
        var factory = new CertificateRequest($"CN={name}, OU=factory", _factoryKey, HashAlgorithmName.SHA256);
        factory.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 signed = factory.Create(Root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(5), [1]);
        _factory = signed.CopyWithPrivateKey(_factoryKey);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Factory => X509CertificateLoader.LoadCertificate(_factory.RawData);

    /// <summary>Believes this maker.</summary>
    public EndorsementTrust Trust => new([Root], [Factory]);

    /// <summary>A certificate for a key.</summary>
    public byte[] Certify(TpmtPublic key, string purpose = EndorsementPurpose, int daysLeft = 1000)
    {
        var request = new CertificateRequest(new X500DistinguishedName("CN=TPM"), KeyOf(key), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using X509Certificate2 certificate = request.Create(
            _factory.SubjectName, X509SignatureGenerator.CreateForECDsa(_factoryKey), DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(daysLeft), [2]);
        return certificate.RawData;
    }

    public void Dispose()
    {
        Root.Dispose();
        _factory.Dispose();
        _rootKey.Dispose();
        _factoryKey.Dispose();
    }

    private static PublicKey KeyOf(TpmtPublic key)
    {
        if (key.Unique is TpmuPublicId.Rsa rsa)
        {
            using var modulus = RSA.Create(new RSAParameters { Modulus = rsa.Modulus.Buffer.ToArray(), Exponent = [1, 0, 1] });
            return new(modulus);
        }

        var point = (TpmuPublicId.Ecc)key.Unique;
        ECCurve curve = point.X.Size > 32 ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256;
        using var ecc = ECDsa.Create(new ECParameters { Curve = curve, Q = new() { X = point.X.Buffer.ToArray(), Y = point.Y.Buffer.ToArray() } });
        return new(ecc);
    }
}
