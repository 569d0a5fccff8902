namespace TpmHw.Spec;

/// <summary>TPM2B_PUBLIC_KEY_MLKEM: a public key as FIPS 203 encodes it (Part 2 of version 1.85, 11.2.6.2).</summary>
[TpmBuffer(1568)]
public readonly partial struct Tpm2bPublicKeyMlkem;

/// <summary>TPM2B_PRIVATE_KEY_MLKEM: the 64 bytes d and z that make a key pair (Part 2 of version 1.85, 11.2.6.3).</summary>
[TpmBuffer(64), Secret]
public readonly partial struct Tpm2bPrivateKeyMlkem;

/// <summary>TPM2B_PUBLIC_KEY_MLDSA: a public key as FIPS 204 encodes it (Part 2 of version 1.85, 11.2.7.3).</summary>
[TpmBuffer(2592)]
public readonly partial struct Tpm2bPublicKeyMldsa;

/// <summary>TPM2B_PRIVATE_KEY_MLDSA: the 32 bytes that make a key pair (Part 2 of version 1.85, 11.2.7.4).</summary>
[TpmBuffer(32), Secret]
public readonly partial struct Tpm2bPrivateKeyMldsa;

/// <summary>TPM2B_SHARED_SECRET: what both sides of a key encapsulation have (Part 2 of version 1.85, 10.3.12).</summary>
[TpmBuffer(64), Secret]
public readonly partial struct Tpm2bSharedSecret;

/// <summary>TPM2B_KEM_CIPHERTEXT: what one side of a key encapsulation sends to the other (Part 2 of version 1.85, 10.3.14).</summary>
[TpmBuffer(1568)]
public readonly partial struct Tpm2bKemCiphertext;
