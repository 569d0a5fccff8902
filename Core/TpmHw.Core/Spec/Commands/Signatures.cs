namespace TpmHw.Spec.Commands;

/// <summary>TPM2_VerifySignature: verifies a signature over a digest (Part 3, 20.1).</summary>
/// <param name="KeyHandle">The public key.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Signature">The signature.</param>
[TpmCommand(TpmCc.VerifySignature, Duration = CommandDuration.Longest, Repeatable = true)]
public readonly partial record struct VerifySignature([Handle] TpmHandle KeyHandle, Tpm2bDigest Digest, TpmtSignature Signature)
{
    /// <summary>What TPM2_VerifySignature answers.</summary>
    /// <param name="Validation">Shows that this TPM verified it.</param>
    public readonly partial record struct Response(TpmtTkVerified Validation);
}

/// <summary>TPM2_Sign: signs a digest (Part 3, 20.2).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="Digest">The digest.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
/// <param name="Validation">Shows a restricted key that the TPM made the digest; otherwise an empty ticket.</param>
[TpmCommand(TpmCc.Sign, Repeatable = true)]
public readonly partial record struct Sign(
    [Handle(Auth.User)] TpmHandle KeyHandle, Tpm2bDigest Digest, TpmtSigScheme InScheme, TpmtTkHashcheck Validation)
{
    /// <summary>What TPM2_Sign answers.</summary>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(TpmtSignature Signature);
}

/// <summary>TPM2_VerifySequenceComplete: ends the verification of a signature over a message (Part 3 of version 1.85, 20.3).</summary>
/// <param name="SequenceHandle">The sequence.</param>
/// <param name="KeyHandle">The public key.</param>
/// <param name="Signature">The signature.</param>
[TpmCommand(TpmCc.VerifySequenceComplete, Since = 185)]
public readonly partial record struct VerifySequenceComplete(
    [Handle(Auth.User)] TpmHandle SequenceHandle, [Handle] TpmHandle KeyHandle, TpmtSignature Signature)
{
    /// <summary>What TPM2_VerifySequenceComplete answers.</summary>
    /// <param name="Validation">Shows that this TPM verified it.</param>
    public readonly partial record struct Response(TpmtTkVerified Validation);
}

/// <summary>TPM2_VerifyDigestSignature: verifies a signature over a digest, with the context of its scheme (Part 3 of version 1.85, 20.4).</summary>
/// <param name="KeyHandle">The public key.</param>
/// <param name="Context">What the signature covers beside the digest, or empty.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Signature">The signature.</param>
[TpmCommand(TpmCc.VerifyDigestSignature, Since = 185, Repeatable = true)]
public readonly partial record struct VerifyDigestSignature(
    [Handle] TpmHandle KeyHandle, Tpm2bSignatureCtx Context, Tpm2bDigest Digest, TpmtSignature Signature)
{
    /// <summary>What TPM2_VerifyDigestSignature answers.</summary>
    /// <param name="Validation">Shows that this TPM verified it.</param>
    public readonly partial record struct Response(TpmtTkVerified Validation);
}

/// <summary>TPM2_SignSequenceComplete: adds the last of a message, and signs it (Part 3 of version 1.85, 20.6).</summary>
/// <param name="SequenceHandle">The sequence.</param>
/// <param name="KeyHandle">The key.</param>
/// <param name="Buffer">The last of the message.</param>
[TpmCommand(TpmCc.SignSequenceComplete, Since = 185)]
public readonly partial record struct SignSequenceComplete(
    [Handle(Auth.User)] TpmHandle SequenceHandle, [Handle(Auth.User)] TpmHandle KeyHandle, [Secret] Tpm2bMaxBuffer Buffer)
{
    /// <summary>What TPM2_SignSequenceComplete answers.</summary>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(TpmtSignature Signature);
}

/// <summary>TPM2_SignDigest: signs a digest, with the context of the key's scheme (Part 3 of version 1.85, 20.7).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="Context">What the signature covers beside the digest, or empty.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Validation">Shows a restricted key that the TPM made the digest; otherwise an empty ticket.</param>
[TpmCommand(TpmCc.SignDigest, Since = 185, Repeatable = true)]
public readonly partial record struct SignDigest(
    [Handle(Auth.User)] TpmHandle KeyHandle, Tpm2bSignatureCtx Context, Tpm2bDigest Digest, TpmtTkHashcheck Validation)
{
    /// <summary>What TPM2_SignDigest answers.</summary>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response(TpmtSignature Signature);
}
