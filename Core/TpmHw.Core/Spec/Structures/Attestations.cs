namespace TpmHw.Spec;

/// <summary>TPM2B_ATTEST: what was signed, byte for byte: a TPMS_ATTEST (Part 2, 10.12.13).</summary>
[TpmBuffer(ushort.MaxValue, Holds = typeof(TpmsAttest))]
public readonly partial struct Tpm2bAttest;

/// <summary>TPMS_ATTEST: what the TPM attests (Part 2, 10.12.12).</summary>
/// <param name="Magic">TPM_GENERATED_VALUE.</param>
/// <param name="Type">What is attested.</param>
/// <param name="QualifiedSigner">The Qualified Name of the key that signs.</param>
/// <param name="ExtraData">Data of the caller.</param>
/// <param name="ClockInfo">The clock; for keys outside the endorsement and platform hierarchies its counters are obfuscated.</param>
/// <param name="FirmwareVersion">The vendor's firmware version, obfuscated likewise.</param>
/// <param name="Attested">What goes with the type.</param>
[TpmStructure]
public readonly partial record struct TpmsAttest(
    TpmGenerated Magic,
    TpmSt Type,
    Tpm2bName QualifiedSigner,
    Tpm2bData ExtraData,
    TpmsClockInfo ClockInfo,
    ulong FirmwareVersion,
    [SelectedBy(nameof(Type))] TpmuAttest Attested);

/// <summary>TPMU_ATTEST: what goes with the type of an attestation (Part 2, 10.12.11).</summary>
[TpmUnion<TpmSt>]
public abstract partial record TpmuAttest
{
    /// <summary>TPMS_CERTIFY_INFO: an object's Name and Qualified Name.</summary>
    [Selector(TpmSt.AttestCertify)]
    public sealed partial record Certify(Tpm2bName Name, Tpm2bName QualifiedName) : TpmuAttest;

    /// <summary>TPMS_CREATION_INFO: an object's Name and the digest of its creation data.</summary>
    [Selector(TpmSt.AttestCreation)]
    public sealed partial record Creation(Tpm2bName ObjectName, Tpm2bDigest CreationHash) : TpmuAttest;

    /// <summary>TPMS_QUOTE_INFO: PCRs, and the digest of their values by the hash of the signature.</summary>
    [Selector(TpmSt.AttestQuote)]
    public sealed partial record Quote(TpmlPcrSelection PcrSelect, Tpm2bDigest PcrDigest) : TpmuAttest;

    /// <summary>TPMS_COMMAND_AUDIT_INFO: the counter of audit logs, and the digests of the log and of the audited command codes.</summary>
    [Selector(TpmSt.AttestCommandAudit)]
    public sealed partial record CommandAudit(ulong AuditCounter, TpmAlgId DigestAlg, Tpm2bDigest AuditDigest, Tpm2bDigest CommandDigest) : TpmuAttest;

    /// <summary>TPMS_SESSION_AUDIT_INFO: whether the session was the only one that was used, and its audit digest.</summary>
    [Selector(TpmSt.AttestSessionAudit)]
    public sealed partial record SessionAudit(bool ExclusiveSession, Tpm2bDigest SessionDigest) : TpmuAttest;

    /// <summary>TPMS_TIME_ATTEST_INFO: the time, and the firmware version in clear.</summary>
    [Selector(TpmSt.AttestTime)]
    public sealed partial record Time(TpmsTimeInfo TimeInfo, ulong FirmwareVersion) : TpmuAttest;

    /// <summary>TPMS_NV_CERTIFY_INFO: an NV index's Name and contents.</summary>
    [Selector(TpmSt.AttestNv)]
    public sealed partial record Nv(Tpm2bName IndexName, ushort Offset, Tpm2bMaxNvBuffer NvContents) : TpmuAttest;

    /// <summary>TPMS_NV_DIGEST_CERTIFY_INFO: an NV index's Name and the digest of its contents.</summary>
    [Selector(TpmSt.AttestNvDigest)]
    public sealed partial record NvDigest(Tpm2bName IndexName, Tpm2bDigest Digest) : TpmuAttest;
}
