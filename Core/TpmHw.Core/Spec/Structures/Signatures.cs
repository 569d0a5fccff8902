namespace TpmHw.Spec;

/// <summary>TPMT_SIG_SCHEME: how to sign (Part 2, 11.2.1.5).</summary>
[TpmStructure]
public readonly partial record struct TpmtSigScheme(TpmAlgId Scheme, [SelectedBy(nameof(Scheme))] TpmuSigScheme? Details = null);

/// <summary>TPMU_SIG_SCHEME: what belongs to a signature scheme (Part 2, 11.2.1.4).</summary>
[TpmUnion<TpmAlgId>]
[NothingFor(TpmAlgId.Null, TpmAlgId.Mldsa)]
public abstract partial record TpmuSigScheme
{
    /// <summary>TPMS_SCHEME_HASH: a scheme with a hash.</summary>
    [Selector(
        TpmAlgId.Rsassa, TpmAlgId.Rsapss, TpmAlgId.Ecdsa, TpmAlgId.Sm2, TpmAlgId.Ecschnorr, TpmAlgId.Eddsa, TpmAlgId.EddsaPh,
        TpmAlgId.Hmac, TpmAlgId.HashMldsa)]
    public sealed partial record Hash(TpmAlgId HashAlg) : TpmuSigScheme;

    /// <summary>TPMS_SCHEME_ECDAA: a hash, and the counter that goes with a commit.</summary>
    [Selector(TpmAlgId.Ecdaa)]
    public sealed partial record Ecdaa(TpmAlgId HashAlg, ushort Count) : TpmuSigScheme;
}

/// <summary>TPMT_SIGNATURE: a signature, or none (Part 2, 11.3.4).</summary>
[TpmStructure]
public readonly partial record struct TpmtSignature(TpmAlgId SigAlg, [SelectedBy(nameof(SigAlg))] TpmuSignature? Signature = null);

/// <summary>TPMU_SIGNATURE: the signature of an algorithm (Part 2, 11.3.3; of ML-DSA and EdDSA as in version 1.85, 11.3.5).</summary>
[TpmUnion<TpmAlgId>]
[NothingFor(TpmAlgId.Null)]
public abstract partial record TpmuSignature
{
    /// <summary>TPMS_SIGNATURE_RSA.</summary>
    [Selector(TpmAlgId.Rsassa, TpmAlgId.Rsapss)]
    public sealed partial record Rsa(TpmAlgId Hash, Tpm2bPublicKeyRsa Sig) : TpmuSignature;

    /// <summary>TPMS_SIGNATURE_ECC: the two numbers, which may lack leading zeros.</summary>
    [Selector(TpmAlgId.Ecdsa, TpmAlgId.Ecdaa, TpmAlgId.Sm2, TpmAlgId.Ecschnorr)]
    public sealed partial record Ecc(TpmAlgId Hash, Tpm2bEccParameter SignatureR, Tpm2bEccParameter SignatureS) : TpmuSignature;

    /// <summary>TPMT_HA: an HMAC.</summary>
    [Selector(TpmAlgId.Hmac)]
    public sealed partial record Hmac(TpmtHa Digest) : TpmuSignature;

    /// <summary>TPM2B_SIGNATURE_EDDSA.</summary>
    [Selector(TpmAlgId.Eddsa, TpmAlgId.EddsaPh)]
    public sealed partial record Eddsa(Tpm2bSignatureEddsa Signature) : TpmuSignature;

    /// <summary>TPM2B_SIGNATURE_MLDSA.</summary>
    [Selector(TpmAlgId.Mldsa)]
    public sealed partial record Mldsa(Tpm2bSignatureMldsa Signature) : TpmuSignature;

    /// <summary>TPMS_SIGNATURE_HASH_MLDSA: the hash of the message, and the signature.</summary>
    [Selector(TpmAlgId.HashMldsa)]
    public sealed partial record HashMldsa(TpmAlgId Hash, Tpm2bSignatureMldsa Signature) : TpmuSignature;
}

/// <summary>TPM2B_SIGNATURE_EDDSA: an EdDSA signature as RFC 8032 encodes it (Part 2 of version 1.85, 11.3).</summary>
[TpmBuffer(114)]
public readonly partial struct Tpm2bSignatureEddsa;

/// <summary>TPM2B_SIGNATURE_MLDSA: an ML-DSA signature as FIPS 204 encodes it (Part 2 of version 1.85, 11.3.4).</summary>
[TpmBuffer(4627)]
public readonly partial struct Tpm2bSignatureMldsa;

/// <summary>TPM2B_SIGNATURE_CTX: the context that an ML-DSA signature also covers (Part 2 of version 1.85, 11.3.8).</summary>
[TpmBuffer(255)]
public readonly partial struct Tpm2bSignatureCtx;

/// <summary>TPM2B_SIGNATURE_HINT: what a verification must know before the message: of EdDSA the encoded R (Part 2 of version 1.85, 11.3.9).</summary>
[TpmBuffer(256)]
public readonly partial struct Tpm2bSignatureHint;
