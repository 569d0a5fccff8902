namespace TpmHw.Spec.Commands;

/// <summary>TPM2_PolicySigned: a signature authorises (Part 3, 23.3).</summary>
/// <param name="AuthObject">The public key.</param>
/// <param name="PolicySession">The session.</param>
/// <param name="NonceTpm">The session's nonce, if the signature covers it; or empty.</param>
/// <param name="CpHashA">The digest of the command parameters that it is for, or empty for any.</param>
/// <param name="PolicyRef">A reference that is part of the policy, or empty.</param>
/// <param name="Expiration">The seconds that it holds; negative to ask for a ticket; 0 for no end.</param>
/// <param name="Auth">The signature over nonce, expiration, cpHashA and policyRef.</param>
[TpmCommand(TpmCc.PolicySigned)]
public readonly partial record struct PolicySigned(
    [Handle] TpmHandle AuthObject,
    [Handle] TpmHandle PolicySession,
    [TpmName("nonceTPM")] Tpm2bDigest NonceTpm,
    Tpm2bDigest CpHashA,
    Tpm2bDigest PolicyRef,
    int Expiration,
    TpmtSignature Auth)
{
    /// <summary>What TPM2_PolicySigned answers.</summary>
    /// <param name="Timeout">When the ticket expires; empty where there is none.</param>
    /// <param name="PolicyTicket">The ticket for TPM2_PolicyTicket, or an empty one.</param>
    public readonly partial record struct Response(
        Tpm2bTimeout Timeout,
        [AllowedInClear("There is no other way to a ticket, and there is none unless a negative expiration asks for it.")] TpmtTkAuth PolicyTicket);
}

/// <summary>TPM2_PolicySecret: the authorisation value of an entity authorises (Part 3, 23.4).</summary>
/// <param name="AuthHandle">The entity.</param>
/// <param name="PolicySession">The session.</param>
/// <param name="NonceTpm">The session's nonce, or empty.</param>
/// <param name="CpHashA">The digest of the command parameters that it is for, or empty for any.</param>
/// <param name="PolicyRef">A reference that is part of the policy, or empty.</param>
/// <param name="Expiration">The seconds that it holds; negative to ask for a ticket; 0 for no end.</param>
[TpmCommand(TpmCc.PolicySecret)]
public readonly partial record struct PolicySecret(
    [Handle(Auth.User)] TpmHandle AuthHandle,
    [Handle] TpmHandle PolicySession,
    [TpmName("nonceTPM")] Tpm2bDigest NonceTpm,
    Tpm2bDigest CpHashA,
    Tpm2bDigest PolicyRef,
    int Expiration)
{
    /// <summary>What TPM2_PolicySecret answers.</summary>
    /// <param name="Timeout">When the ticket expires; empty where there is none.</param>
    /// <param name="PolicyTicket">The ticket for TPM2_PolicyTicket, or an empty one.</param>
    public readonly partial record struct Response(
        Tpm2bTimeout Timeout,
        [AllowedInClear("There is no other way to a ticket, and there is none unless a negative expiration asks for it.")] TpmtTkAuth PolicyTicket);
}

/// <summary>TPM2_PolicyTicket: a ticket of TPM2_PolicySigned or TPM2_PolicySecret authorises instead of them (Part 3, 23.5).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="Timeout">When the ticket expires.</param>
/// <param name="CpHashA">The digest of the command parameters that it is for, or empty for any.</param>
/// <param name="PolicyRef">A reference that is part of the policy, or empty.</param>
/// <param name="AuthName">The Name of the key or entity that authorised.</param>
/// <param name="Ticket">The ticket.</param>
[TpmCommand(TpmCc.PolicyTicket)]
public readonly partial record struct PolicyTicket(
    [Handle] TpmHandle PolicySession,
    Tpm2bTimeout Timeout,
    Tpm2bDigest CpHashA,
    Tpm2bDigest PolicyRef,
    Tpm2bName AuthName,
    [AllowedInClear("There is no other way to use a ticket; it was in clear when the TPM gave it.")] TpmtTkAuth Ticket);

/// <summary>TPM2_PolicyOR: one of several policies is satisfied (Part 3, 23.6).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="PHashList">The digests of the policies, two to eight.</param>
[TpmCommand(TpmCc.PolicyOr)]
public readonly partial record struct PolicyOr([Handle] TpmHandle PolicySession, TpmlDigest PHashList);

/// <summary>TPM2_PolicyPCR: PCRs have certain values (Part 3, 23.7).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="PcrDigest">The digest of the values; empty for those that they have now.</param>
/// <param name="Pcrs">The PCRs.</param>
[TpmCommand(TpmCc.PolicyPcr)]
public readonly partial record struct PolicyPcr([Handle] TpmHandle PolicySession, Tpm2bDigest PcrDigest, TpmlPcrSelection Pcrs);

/// <summary>TPM2_PolicyLocality: the command comes from certain localities (Part 3, 23.8).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="Locality">The localities.</param>
[TpmCommand(TpmCc.PolicyLocality)]
public readonly partial record struct PolicyLocality([Handle] TpmHandle PolicySession, TpmaLocality Locality);

/// <summary>TPM2_PolicyNV: the contents of an NV index compare with a value (Part 3, 23.9).</summary>
/// <param name="AuthHandle">Who authorises the reading: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="PolicySession">The session.</param>
/// <param name="OperandB">The value.</param>
/// <param name="Offset">Where in the index operand A begins.</param>
/// <param name="Operation">The comparison.</param>
[TpmCommand(TpmCc.PolicyNv)]
public readonly partial record struct PolicyNv(
    [Handle(Auth.User)] TpmHandle AuthHandle,
    [Handle] TpmHandle NvIndex,
    [Handle] TpmHandle PolicySession,
    [Secret] Tpm2bDigest OperandB,
    ushort Offset,
    TpmEo Operation);

/// <summary>TPM2_PolicyCounterTimer: time, clock or their counters compare with a value (Part 3, 23.10).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="OperandB">The value.</param>
/// <param name="Offset">Where in TPMS_TIME_INFO operand A begins.</param>
/// <param name="Operation">The comparison.</param>
[TpmCommand(TpmCc.PolicyCounterTimer)]
public readonly partial record struct PolicyCounterTimer([Handle] TpmHandle PolicySession, Tpm2bDigest OperandB, ushort Offset, TpmEo Operation);

/// <summary>TPM2_PolicyCommandCode: it is for one command only (Part 3, 23.11).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="Code">The command.</param>
[TpmCommand(TpmCc.PolicyCommandCode)]
public readonly partial record struct PolicyCommandCode([Handle] TpmHandle PolicySession, TpmCc Code);

/// <summary>TPM2_PolicyPhysicalPresence: physical presence is asserted (Part 3, 23.12).</summary>
/// <param name="PolicySession">The session.</param>
[TpmCommand(TpmCc.PolicyPhysicalPresence)]
public readonly partial record struct PolicyPhysicalPresence([Handle] TpmHandle PolicySession);

/// <summary>TPM2_PolicyCpHash: it is for one command with certain parameters and entities (Part 3, 23.13).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="CpHashA">The digest of command code, Names and parameters.</param>
[TpmCommand(TpmCc.PolicyCpHash)]
public readonly partial record struct PolicyCpHash([Handle] TpmHandle PolicySession, Tpm2bDigest CpHashA);

/// <summary>TPM2_PolicyNameHash: it is for a command on certain entities (Part 3, 23.14).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="NameHash">The digest of their Names.</param>
[TpmCommand(TpmCc.PolicyNameHash)]
public readonly partial record struct PolicyNameHash([Handle] TpmHandle PolicySession, Tpm2bDigest NameHash);

/// <summary>TPM2_PolicyDuplicationSelect: it is for TPM2_Duplicate to a certain new parent (Part 3, 23.15).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="ObjectName">The object's Name.</param>
/// <param name="NewParentName">The new parent's Name.</param>
/// <param name="IncludeObject">Whether the object's Name is part of the policy.</param>
[TpmCommand(TpmCc.PolicyDuplicationSelect)]
public readonly partial record struct PolicyDuplicationSelect(
    [Handle] TpmHandle PolicySession, Tpm2bName ObjectName, Tpm2bName NewParentName, bool IncludeObject);

/// <summary>TPM2_PolicyAuthorize: a policy that the holder of a key has signed is satisfied (Part 3, 23.16).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="ApprovedPolicy">The signed policy's digest.</param>
/// <param name="PolicyRef">A reference that is part of the policy, or empty.</param>
/// <param name="KeySign">The key's Name.</param>
/// <param name="CheckTicket">Shows that this TPM verified the signature.</param>
[TpmCommand(TpmCc.PolicyAuthorize)]
public readonly partial record struct PolicyAuthorize(
    [Handle] TpmHandle PolicySession, Tpm2bDigest ApprovedPolicy, Tpm2bDigest PolicyRef, Tpm2bName KeySign, TpmtTkVerified CheckTicket);

/// <summary>TPM2_PolicyAuthValue: the session's HMACs include the authorisation value of the object (Part 3, 23.17).</summary>
/// <param name="PolicySession">The session.</param>
[TpmCommand(TpmCc.PolicyAuthValue)]
public readonly partial record struct PolicyAuthValue([Handle] TpmHandle PolicySession);

/// <summary>TPM2_PolicyPassword: the authorisation value of the object is given in clear (Part 3, 23.18).</summary>
/// <param name="PolicySession">The session.</param>
[TpmCommand(TpmCc.PolicyPassword)]
public readonly partial record struct PolicyPassword([Handle] TpmHandle PolicySession);

/// <summary>TPM2_PolicyGetDigest: the session's policy digest so far (Part 3, 23.19).</summary>
/// <param name="PolicySession">The session.</param>
[TpmCommand(TpmCc.PolicyGetDigest, Repeatable = true)]
public readonly partial record struct PolicyGetDigest([Handle] TpmHandle PolicySession)
{
    /// <summary>What TPM2_PolicyGetDigest answers.</summary>
    /// <param name="PolicyDigest">The digest.</param>
    public readonly partial record struct Response(Tpm2bDigest PolicyDigest);
}

/// <summary>TPM2_PolicyNvWritten: the NV index has been written, or has not (Part 3, 23.20).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="WrittenSet">Whether it must have been written.</param>
[TpmCommand(TpmCc.PolicyNvWritten)]
public readonly partial record struct PolicyNvWritten([Handle] TpmHandle PolicySession, bool WrittenSet);

/// <summary>TPM2_PolicyTemplate: it is for the creation of an object from a certain template (Part 3, 23.21).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="TemplateHash">The digest of the template.</param>
[TpmCommand(TpmCc.PolicyTemplate, Since = 138)]
public readonly partial record struct PolicyTemplate([Handle] TpmHandle PolicySession, Tpm2bDigest TemplateHash);

/// <summary>TPM2_PolicyAuthorizeNV: a policy that an NV index holds is satisfied (Part 3, 23.22).</summary>
/// <param name="AuthHandle">Who authorises the reading: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="PolicySession">The session.</param>
[TpmCommand(TpmCc.PolicyAuthorizeNv, Since = 138)]
public readonly partial record struct PolicyAuthorizeNv(
    [Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex, [Handle] TpmHandle PolicySession);

/// <summary>TPM2_PolicyCapability: a capability compares with a value (Part 3 of version 1.83, 23.23).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="OperandB">The value.</param>
/// <param name="Offset">Where in the capability operand A begins.</param>
/// <param name="Operation">The comparison.</param>
/// <param name="Capability">The kind of capability.</param>
/// <param name="Property">The property.</param>
[TpmCommand(TpmCc.PolicyCapability, Since = 183)]
public readonly partial record struct PolicyCapability(
    [Handle] TpmHandle PolicySession, [Secret] Tpm2bDigest OperandB, ushort Offset, TpmEo Operation, TpmCap Capability, uint Property);

/// <summary>TPM2_PolicyParameters: it is for a command with certain parameters (Part 3 of version 1.83, 23.24).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="PHash">The digest of command code and parameters.</param>
[TpmCommand(TpmCc.PolicyParameters, Since = 183)]
public readonly partial record struct PolicyParameters([Handle] TpmHandle PolicySession, Tpm2bDigest PHash);

/// <summary>TPM2_PolicyTransportSPDM: the command comes through a secure channel (Part 3 of version 1.83, 23.25).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="ReqKeyName">The Name of the requester's key, or empty for any.</param>
/// <param name="TpmKeyName">The Name of the TPM's key, or empty for any.</param>
[TpmCommand(TpmCc.PolicyTransportSpdm, Since = 183)]
public readonly partial record struct PolicyTransportSpdm([Handle] TpmHandle PolicySession, Tpm2bName ReqKeyName, Tpm2bName TpmKeyName);
