using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>A maker of TPMs, with a root, a certificate below it, and what it writes into its TPMs.</summary>
internal sealed class Maker : IDisposable
{
    public const string EndorsementPurpose = "2.23.133.8.1";
    public static readonly string[] AllNames = ["2.23.133.2.1", "2.23.133.2.2", "2.23.133.2.3"];

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly AsymmetricAlgorithm _factoryKey;
    private readonly X509SignatureGenerator _signer;
    private readonly X509Certificate2 _factory;

    /// <param name="name">The maker's name.</param>
    /// <param name="factory">Other extensions of the factory's certificate than that it may issue.</param>
    /// <param name="factoryKey">The factory's key; by itself of an elliptic curve.</param>
    /// <param name="padding">How it signs if it is one of RSA.</param>
    /// <param name="factoryDaysLeft">How long the factory's certificate is valid.</param>
    /// <param name="isRootLimited">Whether the root allows no authority below it.</param>
    public Maker(
        string name = "maker", X509Extension[]? factory = null, RSA? factoryKey = null, RSASignaturePadding? padding = null, int factoryDaysLeft = 1800, bool isRootLimited = false)
    {
        var root = new CertificateRequest($"CN={name}", _rootKey, HashAlgorithmName.SHA384);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, isRootLimited, 0, true));
        root.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(root.PublicKey, false));
        Root = root.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddYears(10));
        _factoryKey = factoryKey ?? (AsymmetricAlgorithm)ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _signer = factoryKey is null ? X509SignatureGenerator.CreateForECDsa((ECDsa)_factoryKey) : X509SignatureGenerator.CreateForRSA(factoryKey, padding ?? RSASignaturePadding.Pkcs1);
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}, OU=factory"), _signer.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        foreach (X509Extension extension in factory ?? [new X509BasicConstraintsExtension(true, false, 0, true)])
        {
            request.CertificateExtensions.Add(extension);
        }

        _factory = request.Create(
            Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), DateTimeOffset.UtcNow.AddDays(-90), DateTimeOffset.UtcNow.AddDays(factoryDaysLeft), [1]);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Factory => X509CertificateLoader.LoadCertificate(_factory.RawData);

    /// <summary>Believes this maker.</summary>
    public EndorsementTrust Trust => new([Root], [Factory]);

    /// <summary>A certificate for a key.</summary>
    public byte[] Certify(TpmtPublic key, CertificateRecipe? recipe = null)
    {
        recipe ??= new();
        var request = new CertificateRequest(new X500DistinguishedName(recipe.Subject), KeyOf(key, recipe.IsOaep), recipe.Hash);
        if (recipe.IsAuthority is { } isAuthority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        }

        if (recipe.HasUsage)
        {
            X509KeyUsageFlags usual = key.Type == TpmAlgId.Rsa ? X509KeyUsageFlags.KeyEncipherment : X509KeyUsageFlags.KeyAgreement;
            request.CertificateExtensions.Add(new X509KeyUsageExtension(recipe.Usage ?? usual, true));
        }

        if (recipe.Purposes is { } purposes)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(p => new Oid(p))], false));
        }

        if (recipe.Names is { } names)
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", DirectoryName(names), critical: true));
        }

        foreach (X509Extension other in recipe.Others)
        {
            request.CertificateExtensions.Add(other);
        }

        using X509Certificate2 certificate = request.Create(
            _factory.SubjectName,
            recipe.Hash == HashAlgorithmName.SHA1 ? new Sha1Signer((ECDsa)_factoryKey) : _signer,
            DateTimeOffset.UtcNow.AddDays(-recipe.DaysBefore), DateTimeOffset.UtcNow.AddDays(recipe.DaysLeft), [2]);
        return recipe.Finish(certificate.RawData);
    }

    public void Dispose()
    {
        Root.Dispose();
        _factory.Dispose();
        _rootKey.Dispose();
        _factoryKey.Dispose();
    }

    /// <summary>A subjectAltName with one directory name, each attribute of which has the value "id:" and its number.</summary>
    private static byte[] DirectoryName(string[] attributes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
        using (writer.PushSequence())
        {
            foreach (string attribute in attributes)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(attribute);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, $"id:{attribute[^1]}");
                }
            }
        }

        return writer.Encode();
    }

    private static PublicKey KeyOf(TpmtPublic key, bool isOaep)
    {
        if (key.Unique is TpmuPublicId.Rsa rsa)
        {
            using var modulus = RSA.Create(new RSAParameters { Modulus = rsa.Modulus.Buffer.ToArray(), Exponent = [1, 0, 1] });
            var usual = new PublicKey(modulus);
            return isOaep ? new(new Oid("1.2.840.113549.1.1.7"), new AsnEncodedData([0x30, 0]), usual.EncodedKeyValue) : usual;
        }

        var point = (TpmuPublicId.Ecc)key.Unique;
        ECCurve curve = point.X.Size > 48 ? ECCurve.NamedCurves.nistP521 : point.X.Size > 32 ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256;
        using var ecc = ECDsa.Create(new ECParameters { Curve = curve, Q = new() { X = point.X.Buffer.ToArray(), Y = point.Y.Buffer.ToArray() } });
        return new(ecc);
    }

    /// <summary>ECDSA with SHA-1, which .NET signs no certificates with.</summary>
    private sealed class Sha1Signer(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.4.1");
            }

            return writer.Encode();
        }

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, hashAlgorithm, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
