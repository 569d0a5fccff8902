namespace TpmHw.Spec.Commands;

/// <summary>TPM2_HMAC_Start: starts an HMAC of data of any length; with a symmetric key it is TPM2_MAC_Start, of the same code and form (17.3) (Part 3, 17.2).</summary>
/// <param name="Handle">The key.</param>
/// <param name="Auth">The authorisation value of the sequence.</param>
/// <param name="HashAlg">The hash; of TPM2_MAC_Start the scheme, such as TPM_ALG_CMAC; TPM_ALG_NULL for the key's own.</param>
[TpmCommand(TpmCc.HmacStart)]
public readonly partial record struct HmacStart([Handle(Spec.Auth.User)] TpmHandle Handle, Tpm2bAuth Auth, TpmAlgId HashAlg)
{
    /// <summary>What TPM2_HMAC_Start answers.</summary>
    /// <param name="SequenceHandle">The sequence.</param>
    public readonly partial record struct Response([Handle] TpmHandle SequenceHandle);
}

/// <summary>TPM2_HashSequenceStart: starts a digest, or with TPM_ALG_NULL an event, of data of any length (Part 3, 17.4).</summary>
/// <param name="Auth">The authorisation value of the sequence.</param>
/// <param name="HashAlg">The hash; TPM_ALG_NULL for an event sequence.</param>
[TpmCommand(TpmCc.HashSequenceStart, Duration = CommandDuration.Prompt)]
public readonly partial record struct HashSequenceStart(Tpm2bAuth Auth, TpmAlgId HashAlg)
{
    /// <summary>What TPM2_HashSequenceStart answers.</summary>
    /// <param name="SequenceHandle">The sequence.</param>
    public readonly partial record struct Response([Handle] TpmHandle SequenceHandle);
}

/// <summary>TPM2_SignSequenceStart: starts a signature over a message of any length (Part 3 of version 1.85, 17.5).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="Auth">The authorisation value of the sequence.</param>
/// <param name="Context">What the signature covers beside the message, or empty.</param>
[TpmCommand(TpmCc.SignSequenceStart, Since = 185)]
public readonly partial record struct SignSequenceStart([Handle] TpmHandle KeyHandle, Tpm2bAuth Auth, Tpm2bSignatureCtx Context)
{
    /// <summary>What TPM2_SignSequenceStart answers.</summary>
    /// <param name="SequenceHandle">The sequence.</param>
    public readonly partial record struct Response([Handle] TpmHandle SequenceHandle);
}

/// <summary>TPM2_VerifySequenceStart: starts the verification of a signature over a message of any length (Part 3 of version 1.85, 17.6).</summary>
/// <param name="KeyHandle">The public key.</param>
/// <param name="Auth">The authorisation value of the sequence.</param>
/// <param name="Hint">What the scheme must know before the message, or empty.</param>
/// <param name="Context">What the signature covers beside the message, or empty.</param>
[TpmCommand(TpmCc.VerifySequenceStart, Since = 185)]
public readonly partial record struct VerifySequenceStart(
    [Handle] TpmHandle KeyHandle, Tpm2bAuth Auth, Tpm2bSignatureHint Hint, Tpm2bSignatureCtx Context)
{
    /// <summary>What TPM2_VerifySequenceStart answers.</summary>
    /// <param name="SequenceHandle">The sequence.</param>
    public readonly partial record struct Response([Handle] TpmHandle SequenceHandle);
}

/// <summary>TPM2_SequenceUpdate: adds data to a sequence (Part 3, 17.5).</summary>
/// <param name="SequenceHandle">The sequence.</param>
/// <param name="Buffer">The data.</param>
[TpmCommand(TpmCc.SequenceUpdate, Duration = CommandDuration.Prompt)]
public readonly partial record struct SequenceUpdate([Handle(Auth.User)] TpmHandle SequenceHandle, [Secret] Tpm2bMaxBuffer Buffer);

/// <summary>TPM2_SequenceComplete: adds the last data to a sequence, and ends it with its digest or HMAC (Part 3, 17.6).</summary>
/// <param name="SequenceHandle">The sequence.</param>
/// <param name="Buffer">The data.</param>
/// <param name="Hierarchy">The hierarchy for the ticket, or TPM_RH_NULL for none.</param>
[TpmCommand(TpmCc.SequenceComplete, Duration = CommandDuration.Prompt)]
public readonly partial record struct SequenceComplete(
    [Handle(Auth.User)] TpmHandle SequenceHandle, [Secret] Tpm2bMaxBuffer Buffer, TpmHandle Hierarchy)
{
    /// <summary>What TPM2_SequenceComplete answers.</summary>
    /// <param name="Result">The digest or HMAC.</param>
    /// <param name="Validation">Shows a restricted key that the TPM made the digest, and of data that looks like none of its own structures.</param>
    public readonly partial record struct Response([Secret] Tpm2bDigest Result, TpmtTkHashcheck Validation);
}

/// <summary>TPM2_EventSequenceComplete: adds the last data to an event sequence, and extends a PCR with its digests (Part 3, 17.7).</summary>
/// <param name="PcrHandle">The PCR, or TPM_RH_NULL to have the digests and nothing else.</param>
/// <param name="SequenceHandle">The sequence.</param>
/// <param name="Buffer">The data.</param>
[TpmCommand(TpmCc.EventSequenceComplete, Duration = CommandDuration.Prompt)]
public readonly partial record struct EventSequenceComplete(
    [Handle(Auth.User)] TpmHandle PcrHandle, [Handle(Auth.User)] TpmHandle SequenceHandle, [Secret] Tpm2bMaxBuffer Buffer)
{
    /// <summary>What TPM2_EventSequenceComplete answers.</summary>
    /// <param name="Results">The digest for each bank.</param>
    public readonly partial record struct Response(TpmlDigestValues Results);
}
