using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;

namespace TpmHw.Endorsement;

/// <summary>An endorsement certificate: who vouches for it, and for which key (EK Credential Profile, 3.2).</summary>
internal static class EndorsementCertificate
{
    private const string Purpose = "2.23.133.8.1"; // tcg-kp-EKCertificate
    private const string ExtendedKeyUsage = "2.5.29.37";
    private const byte Uncompressed = 4;

    /// <summary>The certificates at the start of some bytes, without what pads them.</summary>
    public static IEnumerable<X509Certificate2> ReadAll(ReadOnlyMemory<byte> bytes)
    {
        while (TryTake(ref bytes) is { } one)
        {
            yield return one;
        }
    }

    /// <summary>Why a certificate isn't believed; null where it is.</summary>
    public static string? Doubt(X509Certificate2 certificate, EndorsementTrust trust, X509Certificate2[] fromTpm)
    {
        using var chain = new X509Chain();
        X509ChainPolicy policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(trust.Roots);
        policy.ExtraStore.AddRange(trust.Intermediates ?? new());
        policy.ExtraStore.AddRange(fromTpm);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
        {
            return string.Join(", ", chain.ChainStatus.Select(s => s.Status).Distinct());
        }

        // What the key is for may be left out; where it is said, it has to be this.
        var usages = (X509EnhancedKeyUsageExtension?)certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == ExtendedKeyUsage);
        return usages is null || usages.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == Purpose) ? null : "it is no certificate of an endorsement key";
    }

    /// <summary>Whether a certificate is for the key of a public area.</summary>
    public static bool IsFor(X509Certificate2 certificate, in TpmtPublic key) => (key.Parameters, key.Unique) switch
    {
        (TpmuPublicParms.Rsa rsa, TpmuPublicId.Rsa modulus) => IsFor(certificate.PublicKey, rsa.Exponent, modulus.Modulus.Span),
        (TpmuPublicParms.Ecc ecc, TpmuPublicId.Ecc point) => IsFor(certificate.PublicKey, ecc.CurveId, point),
        _ => false,
    };

    /// <summary>The key itself is read, as some makers give it the algorithm of its padding (id-RSAES-OAEP).</summary>
    private static bool IsFor(PublicKey key, uint exponent, ReadOnlySpan<byte> modulus)
    {
        const uint UsualExponent = 65537;
        try
        {
            AsnReader numbers = new AsnReader(key.EncodedKeyValue.RawData, AsnEncodingRules.DER).ReadSequence();
            ReadOnlySpan<byte> theirs = numbers.ReadIntegerBytes().Span.TrimStart((byte)0);
            return theirs.SequenceEqual(modulus.TrimStart((byte)0)) && numbers.ReadInteger() == (exponent == 0 ? UsualExponent : exponent);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsFor(PublicKey key, TpmEccCurve curve, TpmuPublicId.Ecc point)
    {
        if (Crypto.SaltEncryption.CurveOf(curve) is not { } known || !IsCurve(key.EncodedParameters?.RawData, known.Curve.Oid.Value))
        {
            return false;
        }

        byte[] ours = new byte[1 + 2 * known.FieldBytes];
        ours[0] = Uncompressed;
        point.X.Span.CopyTo(ours.AsSpan(1 + known.FieldBytes - point.X.Size));
        point.Y.Span.CopyTo(ours.AsSpan(1 + 2 * known.FieldBytes - point.Y.Size));
        return key.EncodedKeyValue.RawData.AsSpan().SequenceEqual(ours);
    }

    private static bool IsCurve(byte[]? parameters, string? oid)
    {
        try
        {
            return parameters is not null && new AsnReader(parameters, AsnEncodingRules.DER).ReadObjectIdentifier() == oid;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static X509Certificate2? TryTake(ref ReadOnlyMemory<byte> bytes)
    {
        try
        {
            AsnDecoder.ReadSequence(bytes.Span, AsnEncodingRules.BER, out _, out _, out int length);
            X509Certificate2 one = X509CertificateLoader.LoadCertificate(bytes.Span[..length]);
            bytes = bytes[length..];
            return one;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return null;
        }
    }
}
