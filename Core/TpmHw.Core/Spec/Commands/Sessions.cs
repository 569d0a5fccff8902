namespace TpmHw.Spec.Commands;

/// <summary>TPM2_StartAuthSession: starts an HMAC, policy or trial session (Part 3, 11.1).</summary>
/// <param name="TpmKey">The key that <paramref name="EncryptedSalt"/> is encrypted for, or TPM_RH_NULL for no salt.</param>
/// <param name="Bind">The entity whose authorisation value goes into the session's key, or TPM_RH_NULL.</param>
/// <param name="NonceCaller">The caller's first nonce, 16 bytes or more; the TPM's nonces will be as long.</param>
/// <param name="EncryptedSalt">The salt, or empty.</param>
/// <param name="SessionType">What the session is for.</param>
/// <param name="Symmetric">How it encrypts parameters.</param>
/// <param name="AuthHash">The hash of its HMACs and of its policy.</param>
[TpmCommand(TpmCc.StartAuthSession)]
public readonly partial record struct StartAuthSession(
    [Handle] TpmHandle TpmKey,
    [Handle] TpmHandle Bind,
    Tpm2bDigest NonceCaller,
    Tpm2bEncryptedSecret EncryptedSalt,
    TpmSe SessionType,
    TpmtSymDef Symmetric,
    TpmAlgId AuthHash)
{
    /// <summary>What TPM2_StartAuthSession answers.</summary>
    /// <param name="SessionHandle">The session.</param>
    /// <param name="NonceTpm">The TPM's first nonce.</param>
    public readonly partial record struct Response([Handle] TpmHandle SessionHandle, [TpmName("nonceTPM")] Tpm2bDigest NonceTpm);
}

/// <summary>TPM2_PolicyRestart: sets a policy session back to its start (Part 3, 11.2).</summary>
/// <param name="SessionHandle">The session.</param>
[TpmCommand(TpmCc.PolicyRestart)]
public readonly partial record struct PolicyRestart([Handle] TpmHandle SessionHandle);
