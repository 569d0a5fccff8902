using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Endorsement;

/// <summary>An endorsement certificate: who vouches for it, and for which key (EK Credential Profile, 3.2).</summary>
internal static class EndorsementCertificate
{
    /// <summary>The purpose of endorsement certificates: tcg-kp-EKCertificate.</summary>
    public const string Purpose = "2.23.133.8.1";

    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string RsaesOaep = "1.2.840.113549.1.1.7"; // what some makers call the key, by its padding (RFC 4055, 4)
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private const string EcDh = "1.3.132.1.12"; // RFC 5480, 2.1.2
    private const byte Uncompressed = 4;

    /// <summary>Extensions that may be critical: those that are checked here, and those that only inform.</summary>
    private static readonly HashSet<string> s_known =
    [
        "2.5.29.9", // subjectDirectoryAttributes: the TPM's specification
        "2.5.29.14", // subjectKeyIdentifier
        "2.5.29.15", // keyUsage
        "2.5.29.17", // subjectAltName: the TPM's maker, model and version
        "2.5.29.19", // basicConstraints
        "2.5.29.31", // cRLDistributionPoints
        "2.5.29.32", // certificatePolicies
        "2.5.29.35", // authorityKeyIdentifier
        "2.5.29.37", // extKeyUsage
        "1.3.6.1.5.5.7.1.1", // authorityInfoAccess
    ];

    /// <summary>Why a certificate is not believed, in words, or null if it is.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="trust">Who is believed.</param>
    /// <param name="fromTpm">Certificates of authorities from the TPM.</param>
    /// <param name="now">The time, in UTC.</param>
    public static string? Objection(X509Certificate2 certificate, EndorsementTrust trust, IReadOnlyCollection<X509Certificate2> fromTpm, DateTime now)
    {
        try
        {
            return UsageObjection(certificate) ?? TimeObjection(certificate, now) ?? CertificateChain.Objection(certificate, trust, fromTpm);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            return $"it is damaged, or of a form that is not supported ({e.Message})";
        }
    }

    /// <summary>Whether a certificate is for the key of a public area.</summary>
    public static bool IsFor(X509Certificate2 certificate, in TpmtPublic key)
    {
        try
        {
            return (key.Parameters, key.Unique) switch
            {
                (TpmuPublicParms.Rsa rsa, TpmuPublicId.Rsa modulus) => IsFor(certificate.PublicKey, rsa.Exponent, modulus.Modulus.Span),
                (TpmuPublicParms.Ecc ecc, TpmuPublicId.Ecc point) => IsFor(certificate.PublicKey, ecc.CurveId, point),
                _ => false,
            };
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return false;
        }
    }

    private static string? UsageObjection(X509Certificate2 certificate)
    {
        X509ExtensionCollection extensions = certificate.Extensions;
        if (extensions.GroupBy(e => e.Oid?.Value).Any(g => g.Count() > 1))
        {
            return "it has an extension twice (RFC 5280, 4.2)";
        }

        if (extensions.FirstOrDefault(e => e.Critical && !s_known.Contains(e.Oid?.Value ?? "")) is { } unknown)
        {
            return $"it has a critical extension that is not known here: {unknown.Oid?.Value}";
        }

        if (extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.CertificateAuthority))
        {
            return "it is the certificate of an authority (basicConstraints; EK Credential Profile, 3.2)";
        }

        X509KeyUsageFlags needed;
        switch (certificate.PublicKey.Oid.Value)
        {
            case RsaEncryption or RsaesOaep:
                needed = X509KeyUsageFlags.KeyEncipherment;
                break;
            case EcPublicKey or EcDh:
                needed = X509KeyUsageFlags.KeyAgreement;
                break;
            case var other:
                return $"its key is of a type that is not supported: {other}";
        }

        return extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages.HasFlag(needed) is not true
            ? $"its key is not for {(needed == X509KeyUsageFlags.KeyEncipherment ? "keyEncipherment" : "keyAgreement")} (keyUsage; EK Credential Profile, 3.2)"
            : PurposeObjection(certificate);
    }

    // The purpose is optional in the profile, the TPM's names are not: one of the two says that it is an endorsement certificate.
    private static string? PurposeObjection(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usages
            ? usages.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == Purpose) ? null : "it is not the certificate of an endorsement key (extKeyUsage has other purposes than tcg-kp-EKCertificate)"
        : TpmNames.Read(certificate) is null ? "nothing says that it is the certificate of an endorsement key: it has neither extKeyUsage nor the TPM's names in subjectAltName"
        : null;

    private static string? TimeObjection(X509Certificate2 certificate, DateTime now)
    {
        DateTime from = certificate.NotBefore.ToUniversalTime();
        DateTime until = certificate.NotAfter.ToUniversalTime();
        return now < from ? string.Create(CultureInfo.InvariantCulture, $"it is valid from {from:yyyy-MM-dd} on, and the clock of this system says {now:yyyy-MM-dd}")
            : now > until ? string.Create(CultureInfo.InvariantCulture, $"it has expired on {until:yyyy-MM-dd}, and the clock of this system says {now:yyyy-MM-dd}")
            : null;
    }

    private static bool IsFor(PublicKey key, uint exponent, ReadOnlySpan<byte> modulus)
    {
        if (key.Oid.Value is not (RsaEncryption or RsaesOaep))
        {
            return false;
        }

        AsnReader numbers = new AsnReader(key.EncodedKeyValue.RawData, AsnEncodingRules.DER).ReadSequence();
        ReadOnlySpan<byte> theirs = numbers.ReadIntegerBytes().Span.TrimStart((byte)0);
        return theirs.SequenceEqual(modulus.TrimStart((byte)0)) && numbers.ReadInteger() == (exponent == 0 ? PublicNumbers.UsualExponent : exponent);
    }

    private static bool IsFor(PublicKey key, TpmEccCurve curve, TpmuPublicId.Ecc point)
    {
        if (key.Oid.Value is not (EcPublicKey or EcDh) || SaltEncryption.CurveOf(curve) is not { } known
            || key.EncodedParameters?.RawData is not { } parameters || point.X.Size > known.FieldBytes || point.Y.Size > known.FieldBytes
            || new AsnReader(parameters, AsnEncodingRules.DER).ReadObjectIdentifier() != known.Curve.Oid.Value)
        {
            return false;
        }

        byte[] ours = new byte[1 + 2 * known.FieldBytes];
        ours[0] = Uncompressed;
        point.X.Span.CopyTo(ours.AsSpan(1 + known.FieldBytes - point.X.Size));
        point.Y.Span.CopyTo(ours.AsSpan(1 + 2 * known.FieldBytes - point.Y.Size));
        return key.EncodedKeyValue.RawData.AsSpan().SequenceEqual(ours);
    }
}
