namespace TpmHw.Spec;

/// <summary>TPMS_AUTH_COMMAND: a session as a command carries it (Part 2, 10.13.2).</summary>
[TpmStructure]
public readonly partial record struct TpmsAuthCommand(TpmHandle SessionHandle, Tpm2bDigest Nonce, TpmaSession SessionAttributes, [Secret] Tpm2bDigest Hmac);

/// <summary>TPMS_AUTH_RESPONSE: a session as a response carries it (Part 2, 10.13.3).</summary>
[TpmStructure]
public readonly partial record struct TpmsAuthResponse(Tpm2bDigest Nonce, TpmaSession SessionAttributes, [Secret] Tpm2bDigest Hmac);
