namespace TpmHw.Spec;

/// <summary>TPM2B_PUBLIC_KEY_RSA: an RSA modulus, most significant byte first (Part 2, 11.2.4.5).</summary>
[TpmBuffer(512)]
public readonly partial struct Tpm2bPublicKeyRsa;

/// <summary>TPM2B_ECC_PARAMETER: a coordinate, most significant byte first (Part 2, 11.2.5.1).</summary>
[TpmBuffer(128)]
public readonly partial struct Tpm2bEccParameter;

/// <summary>TPMS_ECC_POINT: a point of an elliptic curve (Part 2, 11.2.5.2).</summary>
[TpmStructure]
public readonly partial record struct TpmsEccPoint(Tpm2bEccParameter X, Tpm2bEccParameter Y);

/// <summary>TPM2B_ECC_POINT: a point with its size before it (Part 2, 11.2.5.3).</summary>
[TpmSized]
public readonly partial record struct Tpm2bEccPoint(TpmsEccPoint Point);

/// <summary>TPMS_ALGORITHM_DETAIL_ECC: the numbers of an elliptic curve (Part 2, 11.2.5.7).</summary>
/// <param name="CurveId">The curve.</param>
/// <param name="KeySize">The bits of a key.</param>
/// <param name="Kdf">The key derivation that must be used with it, or none.</param>
/// <param name="Sign">The signature scheme that must be used with it, or none.</param>
/// <param name="P">The modulus.</param>
/// <param name="A">The coefficient of x.</param>
/// <param name="B">The constant.</param>
/// <param name="GX">The generator's x.</param>
/// <param name="GY">The generator's y.</param>
/// <param name="N">The generator's order.</param>
/// <param name="H">The cofactor.</param>
[TpmStructure]
public readonly partial record struct TpmsAlgorithmDetailEcc(
    [TpmName("curveID")] TpmEccCurve CurveId,
    ushort KeySize,
    TpmtKdfScheme Kdf,
    TpmtEccScheme Sign,
    Tpm2bEccParameter P,
    Tpm2bEccParameter A,
    Tpm2bEccParameter B,
    Tpm2bEccParameter GX,
    Tpm2bEccParameter GY,
    Tpm2bEccParameter N,
    Tpm2bEccParameter H);

/// <summary>TPMU_PUBLIC_ID: what makes an object the one it is (Part 2, 12.2.3.2).</summary>
[TpmUnion<TpmAlgId>]
public abstract partial record TpmuPublicId
{
    /// <summary>The digest of a symmetric key or of sealed data, blinded.</summary>
    [Selector(TpmAlgId.KeyedHash, TpmAlgId.SymCipher)]
    public sealed partial record Digest(Tpm2bDigest Value) : TpmuPublicId;

    /// <summary>The modulus of an RSA key.</summary>
    [Selector(TpmAlgId.Rsa)]
    public sealed partial record Rsa(Tpm2bPublicKeyRsa Modulus) : TpmuPublicId;

    /// <summary>TPMS_ECC_POINT: the point of an elliptic curve key.</summary>
    [Selector(TpmAlgId.Ecc)]
    public sealed partial record Ecc(Tpm2bEccParameter X, Tpm2bEccParameter Y) : TpmuPublicId;

    /// <summary>The public key of ML-DSA.</summary>
    [Selector(TpmAlgId.Mldsa, TpmAlgId.HashMldsa)]
    public sealed partial record Mldsa(Tpm2bPublicKeyMldsa Key) : TpmuPublicId;

    /// <summary>The public key of ML-KEM.</summary>
    [Selector(TpmAlgId.Mlkem)]
    public sealed partial record Mlkem(Tpm2bPublicKeyMlkem Key) : TpmuPublicId;
}

/// <summary>TPMU_PUBLIC_PARMS: what kind of key an object is (Part 2, 12.2.3.7).</summary>
[TpmUnion<TpmAlgId>]
public abstract partial record TpmuPublicParms
{
    /// <summary>TPMS_KEYEDHASH_PARMS: an HMAC or XOR key, or sealed data.</summary>
    [Selector(TpmAlgId.KeyedHash)]
    public sealed partial record KeyedHash(TpmtKeyedHashScheme Scheme) : TpmuPublicParms;

    /// <summary>TPMS_SYMCIPHER_PARMS: a symmetric key.</summary>
    [Selector(TpmAlgId.SymCipher)]
    public sealed partial record SymCipher(TpmtSymDefObject Sym) : TpmuPublicParms;

    /// <summary>TPMS_RSA_PARMS: an RSA key.</summary>
    /// <param name="Symmetric">The cipher that a storage key protects its children with; otherwise none.</param>
    /// <param name="Scheme">How it signs or decrypts.</param>
    /// <param name="KeyBits">The bits of the modulus.</param>
    /// <param name="Exponent">The public exponent; 0 for 65537.</param>
    [Selector(TpmAlgId.Rsa)]
    public sealed partial record Rsa(TpmtSymDefObject Symmetric, TpmtRsaScheme Scheme, ushort KeyBits, uint Exponent) : TpmuPublicParms;

    /// <summary>TPMS_ECC_PARMS: an elliptic curve key.</summary>
    /// <param name="Symmetric">The cipher that a storage key protects its children with; otherwise none.</param>
    /// <param name="Scheme">How it signs or agrees on keys.</param>
    /// <param name="CurveId">The curve.</param>
    /// <param name="Kdf">Reserved: none.</param>
    [Selector(TpmAlgId.Ecc)]
    public sealed partial record Ecc(TpmtSymDefObject Symmetric, TpmtEccScheme Scheme, [TpmName("curveID")] TpmEccCurve CurveId, TpmtKdfScheme Kdf) : TpmuPublicParms;

    /// <summary>TPMS_MLDSA_PARMS: an ML-DSA key.</summary>
    /// <param name="ParameterSet">Its parameter set.</param>
    /// <param name="AllowExternalMu">Whether it also signs the 64 bytes μ that the caller made of a message.</param>
    [Selector(TpmAlgId.Mldsa)]
    public sealed partial record Mldsa(TpmMldsa ParameterSet, bool AllowExternalMu) : TpmuPublicParms;

    /// <summary>TPMS_HASH_MLDSA_PARMS: an ML-DSA key that signs digests.</summary>
    [Selector(TpmAlgId.HashMldsa)]
    public sealed partial record HashMldsa(TpmMldsa ParameterSet, TpmAlgId HashAlg) : TpmuPublicParms;

    /// <summary>TPMS_MLKEM_PARMS: an ML-KEM key.</summary>
    /// <param name="Symmetric">The cipher that a storage key protects its children with; otherwise none.</param>
    /// <param name="ParameterSet">Its parameter set.</param>
    [Selector(TpmAlgId.Mlkem)]
    public sealed partial record Mlkem(TpmtSymDefObject Symmetric, TpmMlkem ParameterSet) : TpmuPublicParms;
}

/// <summary>TPMT_PUBLIC_PARMS: what kind of key a TPM is asked about (Part 2, 12.2.3.8).</summary>
[TpmStructure]
public readonly partial record struct TpmtPublicParms(TpmAlgId Type, [SelectedBy(nameof(Type))] TpmuPublicParms Parameters);

/// <summary>TPMT_PUBLIC: the public area of an object (Part 2, 12.2.4).</summary>
/// <param name="Type">What kind of object it is.</param>
/// <param name="NameAlg">The hash that makes its Name.</param>
/// <param name="ObjectAttributes">What it may do and how it is guarded.</param>
/// <param name="AuthPolicy">The digest of its policy; empty where it has none.</param>
/// <param name="Parameters">What kind of key it is.</param>
/// <param name="Unique">What makes it the one it is.</param>
[TpmStructure]
public readonly partial record struct TpmtPublic(
    TpmAlgId Type,
    TpmAlgId NameAlg,
    TpmaObject ObjectAttributes,
    Tpm2bDigest AuthPolicy,
    [SelectedBy(nameof(Type))] TpmuPublicParms Parameters,
    [SelectedBy(nameof(Type))] TpmuPublicId Unique);

/// <summary>TPM2B_PUBLIC: a public area with its size before it (Part 2, 12.2.5).</summary>
[TpmSized]
public readonly partial record struct Tpm2bPublic(TpmtPublic PublicArea);

/// <summary>TPM2B_TEMPLATE: a TPMT_PUBLIC, or for a derived object the same with the data of its derivation as its unique field (Part 2, 12.2.6).</summary>
[TpmBuffer(ushort.MaxValue, Holds = typeof(TpmtPublic))]
public readonly partial struct Tpm2bTemplate;

/// <summary>TPML_PUB_KEY: public keys of the TPM itself (Part 2, 10.9).</summary>
[TpmList<Tpm2bPublic>]
public readonly partial struct TpmlPubKey;
