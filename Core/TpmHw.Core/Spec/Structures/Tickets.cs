namespace TpmHw.Spec;

/// <summary>TPMT_TK_CREATION: shows that the TPM created an object, and with which creation data (Part 2, 10.7.3).</summary>
/// <param name="Tag">TPM_ST_CREATION.</param>
/// <param name="Hierarchy">The hierarchy whose proof value is in the ticket; TPM_RH_NULL for an empty ticket.</param>
/// <param name="Digest">The HMAC that makes the ticket.</param>
[TpmStructure]
public readonly partial record struct TpmtTkCreation(TpmSt Tag, TpmHandle Hierarchy, Tpm2bDigest Digest);

/// <summary>TPMT_TK_VERIFIED: shows that the TPM verified a signature (Part 2, 10.7.4).</summary>
/// <param name="Tag">TPM_ST_VERIFIED; since version 1.85 also TPM_ST_MESSAGE_VERIFIED and TPM_ST_DIGEST_VERIFIED.</param>
/// <param name="Hierarchy">The hierarchy whose proof value is in the ticket; TPM_RH_NULL for an empty ticket.</param>
/// <param name="Metadata">The digest's algorithm, where the tag is TPM_ST_DIGEST_VERIFIED and the ticket is not empty.</param>
/// <param name="Digest">The HMAC that makes the ticket.</param>
[TpmStructure]
public readonly partial record struct TpmtTkVerified(
    TpmSt Tag,
    TpmHandle Hierarchy,
    [AbsentFor(nameof(Tag), TpmSt.Verified, TpmSt.MessageVerified), AbsentFor(nameof(Hierarchy), TpmRh.Null)] TpmAlgId Metadata,
    Tpm2bDigest Digest)
{
    /// <summary>A ticket without metadata: all of them before version 1.85.</summary>
    public TpmtTkVerified(TpmSt tag, TpmHandle hierarchy, Tpm2bDigest digest)
        : this(tag, hierarchy, default, digest)
    {
    }
}

/// <summary>TPMT_TK_AUTH: shows that TPM2_PolicySigned or TPM2_PolicySecret gave an authorisation; it stands in for it until it expires (Part 2, 10.7.5).</summary>
/// <param name="Tag">TPM_ST_AUTH_SIGNED or TPM_ST_AUTH_SECRET.</param>
/// <param name="Hierarchy">The hierarchy whose proof value is in the ticket; TPM_RH_NULL for an empty ticket.</param>
/// <param name="Digest">The HMAC that makes the ticket.</param>
[TpmStructure, Secret]
public readonly partial record struct TpmtTkAuth(TpmSt Tag, TpmHandle Hierarchy, Tpm2bDigest Digest);

/// <summary>TPMT_TK_HASHCHECK: shows that the TPM made a digest, and of nothing that looks like its own structures (Part 2, 10.7.6).</summary>
/// <param name="Tag">TPM_ST_HASHCHECK.</param>
/// <param name="Hierarchy">The hierarchy whose proof value is in the ticket; TPM_RH_NULL for an empty ticket.</param>
/// <param name="Digest">The HMAC that makes the ticket.</param>
[TpmStructure]
public readonly partial record struct TpmtTkHashcheck(TpmSt Tag, TpmHandle Hierarchy, Tpm2bDigest Digest);
