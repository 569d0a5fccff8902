namespace TpmHw.Spec;

/// <summary>TPM2B_DIGEST: a digest, or bytes of the same sizes such as nonces and authorisation values (Part 2, 10.4.2).</summary>
[TpmBuffer(64)]
public readonly partial struct Tpm2bDigest;

/// <summary>TPMU_HA: a digest as long as its algorithm says (Part 2, 10.3.1).</summary>
[TpmUnion<TpmAlgId>]
[Selector(TpmAlgId.Null, Size = 0)]
[Selector(TpmAlgId.Sha1, Size = 20)]
[Selector(TpmAlgId.Sha256_192, TpmAlgId.Shake256_192, Size = 24)]
[Selector(TpmAlgId.Sha256, TpmAlgId.Sm3_256, TpmAlgId.Sha3_256, TpmAlgId.Shake256_256, Size = 32)]
[Selector(TpmAlgId.Sha384, TpmAlgId.Sha3_384, Size = 48)]
[Selector(TpmAlgId.Sha512, TpmAlgId.Sha3_512, TpmAlgId.Shake256_512, Size = 64)]
public readonly partial struct TpmuHa;

/// <summary>TPMT_HA: a digest and its algorithm (Part 2, 10.3.2).</summary>
[TpmStructure]
public readonly partial record struct TpmtHa(TpmAlgId HashAlg, [SelectedBy(nameof(HashAlg))] TpmuHa Digest);

/// <summary>TPML_DIGEST: digests (Part 2, 10.9.5).</summary>
[TpmList<Tpm2bDigest>(Max = 8)]
public readonly partial struct TpmlDigest;

/// <summary>TPML_DIGEST_VALUES: one digest for each of some algorithms (Part 2, 10.9.6).</summary>
[TpmList<TpmtHa>]
public readonly partial struct TpmlDigestValues;
