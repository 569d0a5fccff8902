namespace TpmHw.Spec.Commands;

/// <summary>TPM2_EncryptDecrypt: encrypts or decrypts with a symmetric key; replaced by TPM2_EncryptDecrypt2, whose data a session can encrypt (Part 3, 15.2).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="Decrypt">Whether to decrypt.</param>
/// <param name="Mode">The mode, or TPM_ALG_NULL for the key's own.</param>
/// <param name="IvIn">The initialisation vector, or the last one that came out.</param>
/// <param name="InData">The data.</param>
[TpmCommand(TpmCc.EncryptDecrypt, Optional = true, Repeatable = true)]
public readonly partial record struct EncryptDecrypt(
    [Handle(Auth.User)] TpmHandle KeyHandle,
    bool Decrypt,
    TpmAlgId Mode,
    Tpm2bIv IvIn,
    [Secret, InClear("TPM2_EncryptDecrypt2 has the same data in a place that is encrypted.")] Tpm2bMaxBuffer InData)
{
    /// <summary>What TPM2_EncryptDecrypt answers.</summary>
    /// <param name="OutData">The result.</param>
    /// <param name="IvOut">The initialisation vector to go on with.</param>
    public readonly partial record struct Response([Secret] Tpm2bMaxBuffer OutData, Tpm2bIv IvOut);
}

/// <summary>TPM2_EncryptDecrypt2: encrypts or decrypts with a symmetric key (Part 3, 15.3).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="InData">The data.</param>
/// <param name="Decrypt">Whether to decrypt.</param>
/// <param name="Mode">The mode, or TPM_ALG_NULL for the key's own.</param>
/// <param name="IvIn">The initialisation vector, or the last one that came out.</param>
[TpmCommand(TpmCc.EncryptDecrypt2, Since = 138, Repeatable = true)]
public readonly partial record struct EncryptDecrypt2(
    [Handle(Auth.User)] TpmHandle KeyHandle, [Secret] Tpm2bMaxBuffer InData, bool Decrypt, TpmAlgId Mode, Tpm2bIv IvIn)
{
    /// <summary>What TPM2_EncryptDecrypt2 answers.</summary>
    /// <param name="OutData">The result.</param>
    /// <param name="IvOut">The initialisation vector to go on with.</param>
    public readonly partial record struct Response([Secret] Tpm2bMaxBuffer OutData, Tpm2bIv IvOut);
}

/// <summary>TPM2_Hash: the digest of data that fits into one command (Part 3, 15.4).</summary>
/// <param name="Data">The data.</param>
/// <param name="HashAlg">The algorithm.</param>
/// <param name="Hierarchy">The hierarchy for the ticket, or TPM_RH_NULL for none.</param>
[TpmCommand(TpmCc.Hash, Repeatable = true)]
public readonly partial record struct Hash([Secret] Tpm2bMaxBuffer Data, TpmAlgId HashAlg, TpmHandle Hierarchy)
{
    /// <summary>What TPM2_Hash answers.</summary>
    /// <param name="OutHash">The digest.</param>
    /// <param name="Validation">Shows a restricted key that the TPM made the digest, and of data that looks like none of its own structures.</param>
    public readonly partial record struct Response([Secret] Tpm2bDigest OutHash, TpmtTkHashcheck Validation);
}

/// <summary>TPM2_HMAC: the HMAC of data that fits into one command; with a symmetric key it is TPM2_MAC, of the same code and form (15.6) (Part 3, 15.5).</summary>
/// <param name="Handle">The key.</param>
/// <param name="Buffer">The data.</param>
/// <param name="HashAlg">The hash; of TPM2_MAC the scheme, such as TPM_ALG_CMAC; TPM_ALG_NULL for the key's own.</param>
[TpmCommand(TpmCc.Hmac, Repeatable = true)]
public readonly partial record struct Hmac([Handle(Auth.User)] TpmHandle Handle, [Secret] Tpm2bMaxBuffer Buffer, TpmAlgId HashAlg)
{
    /// <summary>What TPM2_HMAC answers.</summary>
    /// <param name="OutHmac">The HMAC.</param>
    public readonly partial record struct Response([Secret, TpmName("outHMAC")] Tpm2bDigest OutHmac);
}
