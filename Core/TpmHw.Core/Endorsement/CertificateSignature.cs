using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TpmHw.Endorsement;

/// <summary>Whether a certificate was signed by a key. .NET checks whole chains only, and those by libraries that must know the type of the certificate's own key.</summary>
internal static class CertificateSignature
{
    private const string RsaPss = "1.2.840.113549.1.1.10";

    // SHA-1 is not among them: two certificates can be made that share its digest (SP 800-131A, 3).
    private static readonly Dictionary<string, (HashAlgorithmName Hash, bool IsRsa)> s_algorithms = new()
    {
        ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, true), // sha256WithRSAEncryption
        ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, true),
        ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, true),
        ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, false), // ecdsa-with-SHA256
        ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, false),
        ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, false),
    };

    private static readonly Dictionary<string, HashAlgorithmName> s_hashes = new()
    {
        ["2.16.840.1.101.3.4.2.1"] = HashAlgorithmName.SHA256,
        ["2.16.840.1.101.3.4.2.2"] = HashAlgorithmName.SHA384,
        ["2.16.840.1.101.3.4.2.3"] = HashAlgorithmName.SHA512,
    };

    /// <summary>Why a signature is not that of an issuer, or null if it is.</summary>
    /// <exception cref="AsnContentException">The certificate is damaged.</exception>
    /// <exception cref="CryptographicException">The issuer's key is damaged.</exception>
    public static string? Objection(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        AsnReader parts = new AsnReader(certificate.RawData, AsnEncodingRules.BER).ReadSequence();
        ReadOnlySpan<byte> signedPart = parts.ReadEncodedValue().Span;
        AsnReader algorithm = parts.ReadSequence();
        byte[] signature = parts.ReadBitString(out _);
        string oid = algorithm.ReadObjectIdentifier();
        if (Find(oid, algorithm) is not { } found)
        {
            return $"it is signed in a way that is not accepted ({new Oid(oid).FriendlyName ?? oid})";
        }

        using RSA? rsa = found.IsRsa ? issuer.GetRSAPublicKey() : null;
        using ECDsa? ecdsa = found.IsRsa ? null : issuer.GetECDsaPublicKey();
        return rsa?.VerifyData(signedPart, signature, found.Hash, oid == RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1) is true
            || ecdsa?.VerifyData(signedPart, signature, found.Hash, DSASignatureFormat.Rfc3279DerSequence) is true
            ? null
            : "its signature is wrong";
    }

    private static (HashAlgorithmName Hash, bool IsRsa)? Find(string oid, AsnReader algorithm)
    {
        if (oid == RsaPss)
        {
            // RSASSA-PSS-params (RFC 4055, 3.1); without a hash it is SHA-1.
            var hashTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            AsnReader parameters = algorithm.ReadSequence();
            return parameters.HasData && parameters.PeekTag() == hashTag
                && s_hashes.TryGetValue(parameters.ReadSequence(hashTag).ReadSequence().ReadObjectIdentifier(), out HashAlgorithmName hash)
                ? (hash, true)
                : null;
        }

        return s_algorithms.TryGetValue(oid, out (HashAlgorithmName, bool) known) ? known : null;
    }
}
