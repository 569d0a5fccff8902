namespace TpmHw.Spec;

/// <summary>TPM2B_DATA: bytes of the caller's choice, such as a nonce to be signed (Part 2, 10.4.3).</summary>
[TpmBuffer(66)]
public readonly partial struct Tpm2bData;

/// <summary>TPM2B_AUTH: an authorisation value (Part 2, 10.4.5).</summary>
[TpmBuffer(64), Secret]
public readonly partial struct Tpm2bAuth;

/// <summary>TPM2B_EVENT: data of an event that is measured (Part 2, 10.4.7).</summary>
[TpmBuffer(1024)]
public readonly partial struct Tpm2bEvent;

/// <summary>TPM2B_MAX_BUFFER: data in pieces; a TPM may take less at once, see <see cref="TpmPt.InputBuffer"/> (Part 2, 10.4.8).</summary>
[TpmBuffer(2048)]
public readonly partial struct Tpm2bMaxBuffer;

/// <summary>TPM2B_MAX_NV_BUFFER: contents of an NV index in pieces; a TPM may take less at once, see <see cref="TpmPt.NvBufferMax"/> (Part 2, 10.4.9).</summary>
[TpmBuffer(2048)]
public readonly partial struct Tpm2bMaxNvBuffer;

/// <summary>TPM2B_TIMEOUT: when a ticket expires, in a form of the TPM's own (Part 2, 10.4.10).</summary>
[TpmBuffer(64)]
public readonly partial struct Tpm2bTimeout;

/// <summary>TPM2B_IV: an initialisation vector (Part 2, 10.4.11).</summary>
[TpmBuffer(16)]
public readonly partial struct Tpm2bIv;

/// <summary>TPM2B_SENSITIVE_DATA: data to be sealed, or bytes to stir random numbers with (Part 2, 11.1.14).</summary>
[TpmBuffer(256), Secret]
public readonly partial struct Tpm2bSensitiveData;

/// <summary>TPM2B_NAME: the Name of an entity: a handle, or a digest with its algorithm before it (Part 2, 10.5.3).</summary>
[TpmBuffer(66)]
public readonly partial struct Tpm2bName;

/// <summary>Bytes to the end of a message, of a form that is not known here.</summary>
[TpmBuffer(int.MaxValue, SizeBytes = 0)]
[TpmName("BYTE")]
public readonly partial struct TpmRest;
