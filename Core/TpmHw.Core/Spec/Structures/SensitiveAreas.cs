namespace TpmHw.Spec;

/// <summary>TPM2B_SYM_KEY: a symmetric key (Part 2, 11.1.8).</summary>
[TpmBuffer(32), Secret]
public readonly partial struct Tpm2bSymKey;

/// <summary>TPM2B_PRIVATE_KEY_RSA: a prime of an RSA key, or all that the TPM keeps of it (Part 2, 11.2.4.7).</summary>
[TpmBuffer(1280), Secret]
public readonly partial struct Tpm2bPrivateKeyRsa;

/// <summary>TPM2B_LABEL: a label or context of a derivation (Part 2, 11.1.10).</summary>
[TpmBuffer(32)]
public readonly partial struct Tpm2bLabel;

/// <summary>TPMS_DERIVE: what a derived object comes from, beside its parent (Part 2, 11.1.11).</summary>
[TpmStructure]
public readonly partial record struct TpmsDerive(Tpm2bLabel Label, Tpm2bLabel Context);

/// <summary>TPMS_SENSITIVE_CREATE: what the caller gives to the sensitive area of a new object (Part 2, 11.1.15).</summary>
/// <param name="UserAuth">Its authorisation value.</param>
/// <param name="Data">The data to seal, the key of a symmetric object, or the label and context of a derivation; empty where the TPM makes it.</param>
[TpmStructure, Secret]
public readonly partial record struct TpmsSensitiveCreate(Tpm2bAuth UserAuth, Tpm2bSensitiveData Data);

/// <summary>TPM2B_SENSITIVE_CREATE: the same with its size before it (Part 2, 11.1.16).</summary>
[TpmSized, Secret]
public readonly partial record struct Tpm2bSensitiveCreate(TpmsSensitiveCreate Sensitive);

/// <summary>TPMU_SENSITIVE_COMPOSITE: the secret itself (Part 2, 12.3.2.3).</summary>
[TpmUnion<TpmAlgId>]
public abstract partial record TpmuSensitiveComposite
{
    /// <summary>One prime of an RSA key.</summary>
    [Selector(TpmAlgId.Rsa)]
    public sealed partial record Rsa(Tpm2bPrivateKeyRsa Prime) : TpmuSensitiveComposite;

    /// <summary>The private scalar of an elliptic curve key.</summary>
    [Selector(TpmAlgId.Ecc)]
    public sealed partial record Ecc([Secret] Tpm2bEccParameter Scalar) : TpmuSensitiveComposite;

    /// <summary>An HMAC or XOR key, or sealed data.</summary>
    [Selector(TpmAlgId.KeyedHash)]
    public sealed partial record Bits(Tpm2bSensitiveData Data) : TpmuSensitiveComposite;

    /// <summary>A symmetric key.</summary>
    [Selector(TpmAlgId.SymCipher)]
    public sealed partial record Sym(Tpm2bSymKey Key) : TpmuSensitiveComposite;

    /// <summary>The seed of an ML-DSA key.</summary>
    [Selector(TpmAlgId.Mldsa, TpmAlgId.HashMldsa)]
    public sealed partial record Mldsa(Tpm2bPrivateKeyMldsa Seed) : TpmuSensitiveComposite;

    /// <summary>The seed of an ML-KEM key.</summary>
    [Selector(TpmAlgId.Mlkem)]
    public sealed partial record Mlkem(Tpm2bPrivateKeyMlkem Seed) : TpmuSensitiveComposite;
}

/// <summary>TPMT_SENSITIVE: the sensitive area of an object (Part 2, 12.3.2.4).</summary>
/// <param name="SensitiveType">The same as the type in the public area.</param>
/// <param name="AuthValue">The authorisation value.</param>
/// <param name="SeedValue">A parent's seed for its children's protection, or what blinds the unique field of a symmetric object.</param>
/// <param name="Sensitive">The secret itself.</param>
[TpmStructure, Secret]
public readonly partial record struct TpmtSensitive(
    TpmAlgId SensitiveType, Tpm2bAuth AuthValue, Tpm2bDigest SeedValue, [SelectedBy(nameof(SensitiveType))] TpmuSensitiveComposite Sensitive);

/// <summary>TPM2B_SENSITIVE: a sensitive area with its size before it; empty where there is none (Part 2, 12.3.3).</summary>
[TpmSized, Secret]
public readonly partial record struct Tpm2bSensitive(TpmtSensitive? SensitiveArea);

/// <summary>TPM2B_PRIVATE: a sensitive area as it leaves the TPM, encrypted by its parent (Part 2, 12.3.7).</summary>
[TpmBuffer(ushort.MaxValue)]
public readonly partial struct Tpm2bPrivate;

/// <summary>TPM2B_ENCRYPTED_SECRET: a seed or salt for one key only: RSA ciphertext, or a point of an elliptic curve (Part 2, 11.4.3).</summary>
[TpmBuffer(ushort.MaxValue)]
public readonly partial struct Tpm2bEncryptedSecret;

/// <summary>TPM2B_ID_OBJECT: a credential, encrypted and with its integrity value (Part 2, 12.4.3).</summary>
[TpmBuffer(132)]
public readonly partial struct Tpm2bIdObject;
