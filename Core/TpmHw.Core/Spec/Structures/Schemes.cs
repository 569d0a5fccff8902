namespace TpmHw.Spec;

/// <summary>TPMT_KEYEDHASH_SCHEME: what an HMAC or XOR key is used for (Part 2, 11.1.23).</summary>
[TpmStructure]
[TpmName("TPMT_KEYEDHASH_SCHEME")]
public readonly partial record struct TpmtKeyedHashScheme(TpmAlgId Scheme, [SelectedBy(nameof(Scheme))] TpmuSchemeKeyedHash? Details = null);

/// <summary>TPMU_SCHEME_KEYEDHASH: what belongs to the scheme of an HMAC or XOR key (Part 2, 11.1.22).</summary>
[TpmUnion<TpmAlgId>]
[NothingFor(TpmAlgId.Null)]
[TpmName("TPMU_SCHEME_KEYEDHASH")]
public abstract partial record TpmuSchemeKeyedHash
{
    /// <summary>TPMS_SCHEME_HMAC.</summary>
    [Selector(TpmAlgId.Hmac)]
    public sealed partial record Hmac(TpmAlgId HashAlg) : TpmuSchemeKeyedHash;

    /// <summary>TPMS_SCHEME_XOR.</summary>
    [Selector(TpmAlgId.Xor)]
    public sealed partial record Xor(TpmAlgId HashAlg, TpmAlgId Kdf) : TpmuSchemeKeyedHash;
}

/// <summary>TPMT_KDF_SCHEME: a key derivation; all of them have a hash and nothing else (Part 2, 11.2.3.3).</summary>
[TpmStructure]
public readonly partial record struct TpmtKdfScheme(TpmAlgId Scheme, [AbsentFor(nameof(Scheme), TpmAlgId.Null)] TpmAlgId HashAlg = default);

/// <summary>TPMU_ASYM_SCHEME: what belongs to an asymmetric scheme (Part 2, 11.2.3.5).</summary>
[TpmUnion<TpmAlgId>]
[NothingFor(TpmAlgId.Null, TpmAlgId.Rsaes)]
public abstract partial record TpmuAsymScheme
{
    /// <summary>TPMS_SCHEME_HASH: a signature, encryption or key exchange scheme with a hash.</summary>
    [Selector(
        TpmAlgId.Rsassa, TpmAlgId.Rsapss, TpmAlgId.Oaep, TpmAlgId.Ecdsa, TpmAlgId.Ecdh, TpmAlgId.Sm2, TpmAlgId.Ecschnorr,
        TpmAlgId.Ecmqv, TpmAlgId.Eddsa, TpmAlgId.EddsaPh)]
    public sealed partial record Hash(TpmAlgId HashAlg) : TpmuAsymScheme;

    /// <summary>TPMS_SCHEME_ECDAA: a hash, and the counter that goes with a commit.</summary>
    [Selector(TpmAlgId.Ecdaa)]
    public sealed partial record Ecdaa(TpmAlgId HashAlg, ushort Count) : TpmuAsymScheme;
}

/// <summary>TPMT_RSA_SCHEME: how an RSA key signs or decrypts (Part 2, 11.2.4.2).</summary>
[TpmStructure]
public readonly partial record struct TpmtRsaScheme(TpmAlgId Scheme, [SelectedBy(nameof(Scheme))] TpmuAsymScheme? Details = null);

/// <summary>TPMT_RSA_DECRYPT: how to pad a message for RSA (Part 2, 11.2.4.4).</summary>
[TpmStructure]
public readonly partial record struct TpmtRsaDecrypt(TpmAlgId Scheme, [SelectedBy(nameof(Scheme))] TpmuAsymScheme? Details = null);

/// <summary>TPMT_ECC_SCHEME: how an elliptic curve key signs or agrees on keys (Part 2, 11.2.5.6).</summary>
[TpmStructure]
public readonly partial record struct TpmtEccScheme(TpmAlgId Scheme, [SelectedBy(nameof(Scheme))] TpmuAsymScheme? Details = null);
