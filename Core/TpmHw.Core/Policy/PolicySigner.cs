using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>A key that signs for policies, wherever it is.</summary>
/// <param name="key">Its public area.</param>
/// <param name="sign">Signs data with a hash.</param>
public sealed class PolicySigner(TpmtPublic key, Func<byte[], TpmAlgId, TpmtSignature> sign)
{
    /// <summary>The public area of the key, as policies have it.</summary>
    public TpmtPublic Key => key;

    internal Tpm2bName KeyName { get; } = TpmName.Of(key);

    /// <summary>An elliptic curve key.</summary>
    /// <param name="key">The key; it stays the caller's.</param>
    /// <param name="nameAlg">The hash that makes its Name.</param>
    public static PolicySigner Of(ECDsa key, TpmAlgId nameAlg = TpmAlgId.Sha256) => new(PolicyKeys.Of(key, nameAlg), (data, hash) =>
    {
        byte[] signature = key.SignData(data, TpmHash.NameOf(hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new(TpmAlgId.Ecdsa, new TpmuSignature.Ecc(hash, signature[..(signature.Length / 2)], signature[(signature.Length / 2)..]));
    });

    /// <summary>An RSA key that signs by RSASSA-PSS.</summary>
    /// <param name="key">The key; it stays the caller's.</param>
    /// <param name="nameAlg">The hash that makes its Name.</param>
    public static PolicySigner Of(RSA key, TpmAlgId nameAlg = TpmAlgId.Sha256) => new(PolicyKeys.Of(key, nameAlg), (data, hash) =>
        new(TpmAlgId.Rsapss, new TpmuSignature.Rsa(hash, key.SignData(data, TpmHash.NameOf(hash), RSASignaturePadding.Pss))));

    /// <summary>A key that a TPM has loaded, with TPM2_Sign.</summary>
    /// <param name="tpm">The TPM.</param>
    /// <param name="key">The key; it stays the caller's.</param>
    public static PolicySigner Of(Tpm2 tpm, TpmObject key)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        ArgumentNullException.ThrowIfNull(key);
        return new(key.PublicArea, (data, hash) => tpm.Commands.Sign(key, TpmHash.Hash(hash, data), SchemeOf(key.PublicArea, hash), new(TpmSt.HashCheck, TpmRh.Null, default)).Signature);
    }

    internal TpmtSignature SignOver(byte[] data, TpmAlgId? hash = null) => sign(data, hash ?? PolicyKeys.HashOf(key));

    private static TpmtSigScheme SchemeOf(TpmtPublic key, TpmAlgId hash) => new(
        key.Parameters switch
        {
            TpmuPublicParms.Rsa { Scheme.Scheme: not TpmAlgId.Null and var scheme } => scheme,
            TpmuPublicParms.Ecc { Scheme.Scheme: not TpmAlgId.Null and var scheme } => scheme,
            TpmuPublicParms.Rsa => TpmAlgId.Rsapss,
            TpmuPublicParms.Ecc => TpmAlgId.Ecdsa,
            _ => TpmAlgId.Hmac,
        },
        new TpmuSigScheme.Hash(hash));
}
