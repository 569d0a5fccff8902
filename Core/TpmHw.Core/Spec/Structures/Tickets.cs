namespace TpmHw.Spec;

/// <summary>TPMT_TK_HASHCHECK: shows that the TPM made a digest, and of nothing that looks like its own structures (Part 2, 10.7.6).</summary>
/// <param name="Tag">TPM_ST_HASHCHECK.</param>
/// <param name="Hierarchy">The hierarchy whose proof value is in the ticket; TPM_RH_NULL for an empty ticket.</param>
/// <param name="Digest">The HMAC that makes the ticket.</param>
[TpmStructure]
public readonly partial record struct TpmtTkHashcheck(TpmSt Tag, TpmHandle Hierarchy, Tpm2bDigest Digest);
