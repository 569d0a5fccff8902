using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>Public areas of keys that are not in a TPM, made as TCG's policy language does from PEM keys: sign attribute, ECDSA or RSASSA-PSS.</summary>
public static class PolicyKeys
{
    private const uint UsualExponent = 65537;

    // Curves of .NET by their names and object identifiers.
    private static readonly (string Oid, TpmEccCurve Curve)[] s_curves =
    [
        ("1.2.840.10045.3.1.7", TpmEccCurve.NistP256),
        ("1.3.132.0.34", TpmEccCurve.NistP384),
        ("1.3.132.0.35", TpmEccCurve.NistP521),
    ];

    /// <summary>The public area of an elliptic curve key.</summary>
    /// <param name="key">The key; its public part is enough.</param>
    /// <param name="nameAlg">The hash that makes its Name, and that approvals of policies are signed with.</param>
    /// <exception cref="NotSupportedException">TPMs have no such curve.</exception>
    public static TpmtPublic Of(ECDsa key, TpmAlgId nameAlg = TpmAlgId.Sha256)
    {
        ArgumentNullException.ThrowIfNull(key);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        string? oid = parameters.Curve.Oid.Value;
        TpmEccCurve curve = Array.Find(s_curves, c => c.Oid == oid).Curve;
        return curve == default
            ? throw new NotSupportedException($"The curve {parameters.Curve.Oid.FriendlyName} has no TPM_ECC_CURVE here.")
            : new(
                TpmAlgId.Ecc,
                nameAlg,
                TpmaObject.Sign,
                default,
                new TpmuPublicParms.Ecc(new(TpmAlgId.Null), new(TpmAlgId.Ecdsa, new TpmuAsymScheme.Hash(TpmAlgId.Sha256)), curve, new(TpmAlgId.Null)),
                new TpmuPublicId.Ecc(parameters.Q.X, parameters.Q.Y));
    }

    /// <summary>The public area of an RSA key.</summary>
    /// <param name="key">The key; its public part is enough.</param>
    /// <param name="nameAlg">The hash that makes its Name, and that approvals of policies are signed with.</param>
    /// <param name="scheme">How it signs; RSASSA-PSS with the same hash where it isn't given.</param>
    public static TpmtPublic Of(RSA key, TpmAlgId nameAlg = TpmAlgId.Sha256, TpmtRsaScheme? scheme = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        RSAParameters parameters = key.ExportParameters(includePrivateParameters: false);
        uint exponent = parameters.Exponent!.Aggregate(0u, (e, b) => e << 8 | b);
        return new(
            TpmAlgId.Rsa,
            nameAlg,
            TpmaObject.Sign,
            default,
            new TpmuPublicParms.Rsa(new(TpmAlgId.Null), scheme ?? new(TpmAlgId.Rsapss, new TpmuAsymScheme.Hash(nameAlg)), (ushort)key.KeySize, exponent),
            new TpmuPublicId.Rsa(parameters.Modulus));
    }

    /// <summary>The public area of a key in PEM: a public or private key of RSA or of an elliptic curve.</summary>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    public static TpmtPublic OfPem(string pem, TpmAlgId nameAlg = TpmAlgId.Sha256, TpmtRsaScheme? scheme = null)
    {
        using var ecdsa = ECDsa.Create();
        using var rsa = RSA.Create();
        return Takes(ecdsa, pem) ? Of(ecdsa, nameAlg)
            : Takes(rsa, pem) ? Of(rsa, nameAlg, scheme)
            : throw new ArgumentException("The PEM is no key of RSA or of an elliptic curve that is known here.", nameof(pem));
    }

    private static bool Takes(AsymmetricAlgorithm key, string pem)
    {
        try
        {
            key.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>The hash that a key signs with: its scheme's, or its Name's.</summary>
    internal static TpmAlgId HashOf(TpmtPublic key) => key.Parameters switch
    {
        TpmuPublicParms.Ecc { Scheme.Details: TpmuAsymScheme.Hash scheme } => scheme.HashAlg,
        TpmuPublicParms.Rsa { Scheme.Details: TpmuAsymScheme.Hash scheme } => scheme.HashAlg,
        TpmuPublicParms.KeyedHash { Scheme.Details: TpmuSchemeKeyedHash.Hmac scheme } => scheme.HashAlg,
        _ => key.NameAlg,
    };
}
