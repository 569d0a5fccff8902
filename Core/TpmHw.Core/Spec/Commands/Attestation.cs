namespace TpmHw.Spec.Commands;

/// <summary>TPM2_Certify: attests that an object is loaded in this TPM (Part 3, 18.2).</summary>
/// <param name="ObjectHandle">The object.</param>
/// <param name="SignHandle">The key, or TPM_RH_NULL for no signature.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
[TpmCommand(TpmCc.Certify, Repeatable = true)]
public readonly partial record struct Certify(
    [Handle(Auth.Admin)] TpmHandle ObjectHandle, [Handle(Auth.User)] TpmHandle SignHandle, Tpm2bData QualifyingData, TpmtSigScheme InScheme)
{
    /// <summary>What TPM2_Certify answers.</summary>
    /// <param name="CertifyInfo">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bAttest CertifyInfo, TpmtSignature Signature);
}

/// <summary>TPM2_CertifyCreation: attests with which creation data an object was made (Part 3, 18.3).</summary>
/// <param name="SignHandle">The key, or TPM_RH_NULL for no signature.</param>
/// <param name="ObjectHandle">The object.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="CreationHash">The digest of the creation data.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
/// <param name="CreationTicket">What the TPM gave with the object.</param>
[TpmCommand(TpmCc.CertifyCreation, Repeatable = true)]
public readonly partial record struct CertifyCreation(
    [Handle(Auth.User)] TpmHandle SignHandle,
    [Handle] TpmHandle ObjectHandle,
    Tpm2bData QualifyingData,
    Tpm2bDigest CreationHash,
    TpmtSigScheme InScheme,
    TpmtTkCreation CreationTicket)
{
    /// <summary>What TPM2_CertifyCreation answers.</summary>
    /// <param name="CertifyInfo">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bAttest CertifyInfo, TpmtSignature Signature);
}

/// <summary>TPM2_Quote: attests the values of PCRs (Part 3, 18.4).</summary>
/// <param name="SignHandle">The key.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
/// <param name="PcrSelect">The PCRs.</param>
[TpmCommand(TpmCc.Quote, Repeatable = true)]
public readonly partial record struct Quote(
    [Handle(Auth.User)] TpmHandle SignHandle, Tpm2bData QualifyingData, TpmtSigScheme InScheme, [TpmName("PCRselect")] TpmlPcrSelection PcrSelect)
{
    /// <summary>What TPM2_Quote answers.</summary>
    /// <param name="Quoted">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bAttest Quoted, TpmtSignature Signature);
}

/// <summary>TPM2_GetSessionAuditDigest: attests the audit digest of a session (Part 3, 18.5).</summary>
/// <param name="PrivacyAdminHandle">The endorsement hierarchy.</param>
/// <param name="SignHandle">The key, or TPM_RH_NULL for no signature.</param>
/// <param name="SessionHandle">The audit session.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
[TpmCommand(TpmCc.GetSessionAuditDigest, Repeatable = true)]
public readonly partial record struct GetSessionAuditDigest(
    [Handle(Auth.User)] TpmHandle PrivacyAdminHandle,
    [Handle(Auth.User)] TpmHandle SignHandle,
    [Handle] TpmHandle SessionHandle,
    Tpm2bData QualifyingData,
    TpmtSigScheme InScheme)
{
    /// <summary>What TPM2_GetSessionAuditDigest answers.</summary>
    /// <param name="AuditInfo">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bAttest AuditInfo, TpmtSignature Signature);
}

/// <summary>TPM2_GetCommandAuditDigest: attests the digest of audited commands, and starts a new one where it is signed (Part 3, 18.6).</summary>
/// <param name="PrivacyHandle">The endorsement hierarchy.</param>
/// <param name="SignHandle">The key, or TPM_RH_NULL for no signature.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
// Not repeatable: the audit digest that it signs is gone with it.
[TpmCommand(TpmCc.GetCommandAuditDigest)]
public readonly partial record struct GetCommandAuditDigest(
    [Handle(Auth.User)] TpmHandle PrivacyHandle, [Handle(Auth.User)] TpmHandle SignHandle, Tpm2bData QualifyingData, TpmtSigScheme InScheme)
{
    /// <summary>What TPM2_GetCommandAuditDigest answers.</summary>
    /// <param name="AuditInfo">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bAttest AuditInfo, TpmtSignature Signature);
}

/// <summary>TPM2_GetTime: attests time and clock (Part 3, 18.7).</summary>
/// <param name="PrivacyAdminHandle">The endorsement hierarchy.</param>
/// <param name="SignHandle">The key, or TPM_RH_NULL for no signature.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
[TpmCommand(TpmCc.GetTime, Repeatable = true)]
public readonly partial record struct GetTime(
    [Handle(Auth.User)] TpmHandle PrivacyAdminHandle, [Handle(Auth.User)] TpmHandle SignHandle, Tpm2bData QualifyingData, TpmtSigScheme InScheme)
{
    /// <summary>What TPM2_GetTime answers.</summary>
    /// <param name="TimeInfo">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bAttest TimeInfo, TpmtSignature Signature);
}

/// <summary>TPM2_CertifyX509: signs an X.509 certificate for an object (Part 3, 18.8).</summary>
/// <param name="ObjectHandle">The object.</param>
/// <param name="SignHandle">The key.</param>
/// <param name="Reserved">Empty.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
/// <param name="PartialCertificate">The parts of the certificate that are the caller's, in DER.</param>
[TpmCommand(TpmCc.CertifyX509, Since = 159, Repeatable = true)]
public readonly partial record struct CertifyX509(
    [Handle(Auth.Admin)] TpmHandle ObjectHandle,
    [Handle(Auth.User)] TpmHandle SignHandle,
    Tpm2bData Reserved,
    TpmtSigScheme InScheme,
    Tpm2bMaxBuffer PartialCertificate)
{
    /// <summary>What TPM2_CertifyX509 answers.</summary>
    /// <param name="AddedToCertificate">The parts that are the TPM's, in DER.</param>
    /// <param name="TbsDigest">The digest that is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(Tpm2bMaxBuffer AddedToCertificate, Tpm2bDigest TbsDigest, TpmtSignature Signature);
}
