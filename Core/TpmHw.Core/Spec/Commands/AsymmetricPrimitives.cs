namespace TpmHw.Spec.Commands;

/// <summary>TPM2_RSA_Encrypt: encrypts with an RSA public key (Part 3, 14.1).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="Message">The message.</param>
/// <param name="InScheme">The padding, where the key has none of its own.</param>
/// <param name="Label">The label of OAEP, ending in a zero byte; or empty.</param>
[TpmCommand(TpmCc.RsaEncrypt, Repeatable = true)]
public readonly partial record struct RsaEncrypt(
    [Handle] TpmHandle KeyHandle, [Secret] Tpm2bPublicKeyRsa Message, TpmtRsaDecrypt InScheme, Tpm2bData Label)
{
    /// <summary>What TPM2_RSA_Encrypt answers.</summary>
    /// <param name="OutData">The ciphertext.</param>
    public readonly partial record struct Response(Tpm2bPublicKeyRsa OutData);
}

/// <summary>TPM2_RSA_Decrypt: decrypts with an RSA private key (Part 3, 14.2).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="CipherText">The ciphertext.</param>
/// <param name="InScheme">The padding, where the key has none of its own.</param>
/// <param name="Label">The label of OAEP, ending in a zero byte; or empty.</param>
[TpmCommand(TpmCc.RsaDecrypt, Repeatable = true)]
public readonly partial record struct RsaDecrypt(
    [Handle(Auth.User)] TpmHandle KeyHandle, Tpm2bPublicKeyRsa CipherText, TpmtRsaDecrypt InScheme, Tpm2bData Label)
{
    /// <summary>What TPM2_RSA_Decrypt answers.</summary>
    /// <param name="Message">The message.</param>
    public readonly partial record struct Response([Secret] Tpm2bPublicKeyRsa Message);
}

/// <summary>TPM2_ECDH_KeyGen: makes an ephemeral key and the point that it shares with a public key (Part 3, 14.3).</summary>
/// <param name="KeyHandle">The public key.</param>
[TpmCommand(TpmCc.EcdhKeyGen, Repeatable = true)]
public readonly partial record struct EcdhKeyGen([Handle] TpmHandle KeyHandle)
{
    /// <summary>What TPM2_ECDH_KeyGen answers.</summary>
    /// <param name="ZPoint">The shared point.</param>
    /// <param name="PubPoint">The ephemeral public key.</param>
    public readonly partial record struct Response([Secret] Tpm2bEccPoint ZPoint, Tpm2bEccPoint PubPoint);
}

/// <summary>TPM2_ECDH_ZGen: the point that a private key shares with a public one (Part 3, 14.4).</summary>
/// <param name="KeyHandle">The private key.</param>
/// <param name="InPoint">The public key.</param>
[TpmCommand(TpmCc.EcdhZGen, Repeatable = true)]
public readonly partial record struct EcdhZGen([Handle(Auth.User)] TpmHandle KeyHandle, Tpm2bEccPoint InPoint)
{
    /// <summary>What TPM2_ECDH_ZGen answers.</summary>
    /// <param name="OutPoint">The shared point.</param>
    public readonly partial record struct Response([Secret] Tpm2bEccPoint OutPoint);
}

/// <summary>TPM2_ECC_Parameters: the numbers of an elliptic curve (Part 3, 14.5).</summary>
/// <param name="CurveId">The curve.</param>
[TpmCommand(TpmCc.EccParameters, Repeatable = true)]
public readonly partial record struct EccParameters([TpmName("curveID")] TpmEccCurve CurveId)
{
    /// <summary>What TPM2_ECC_Parameters answers.</summary>
    /// <param name="Parameters">The numbers.</param>
    public readonly partial record struct Response(TpmsAlgorithmDetailEcc Parameters);
}

/// <summary>TPM2_ZGen_2Phase: the points of a two-phase key exchange, with the ephemeral key of TPM2_EC_Ephemeral (Part 3, 14.6).</summary>
/// <param name="KeyA">The static private key.</param>
/// <param name="InQsB">The other side's static public key.</param>
/// <param name="InQeB">The other side's ephemeral public key.</param>
/// <param name="InScheme">The key exchange.</param>
/// <param name="Counter">The counter that came with the ephemeral key.</param>
// Not repeatable: it uses the ephemeral key up.
[TpmCommand(TpmCc.ZGen2Phase)]
public readonly partial record struct ZGen2Phase(
    [Handle(Auth.User)] TpmHandle KeyA, Tpm2bEccPoint InQsB, Tpm2bEccPoint InQeB, TpmAlgId InScheme, ushort Counter)
{
    // Two phases of Diffie-Hellman have two points, the other schemes one (Part 3, 14.6).
    private bool GivesTwoPoints => InScheme is not (TpmAlgId.Ecmqv or TpmAlgId.Sm2);

    /// <summary>What TPM2_ZGen_2Phase answers.</summary>
    /// <param name="OutZ1">The first shared point.</param>
    /// <param name="OutZ2">The second shared point; empty where the key exchange has one only.</param>
    public readonly partial record struct Response(
        [Secret] Tpm2bEccPoint OutZ1,
        [Secret, InClear("No session can encrypt outZ2: take a key exchange with one point (ECMQV, SM2), or TPM2_ECDH_ZGen for each of two keys.", When = nameof(GivesTwoPoints))]
        Tpm2bEccPoint OutZ2);
}

/// <summary>TPM2_ECC_Encrypt: encrypts with an elliptic curve public key, as ISO/IEC 18033-2 and SM2 do (Part 3, 14.7).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="PlainText">The message.</param>
/// <param name="InScheme">The key derivation, where the key has none of its own.</param>
[TpmCommand(TpmCc.EccEncrypt, Since = 159, Repeatable = true)]
public readonly partial record struct EccEncrypt([Handle] TpmHandle KeyHandle, [Secret] Tpm2bMaxBuffer PlainText, TpmtKdfScheme InScheme)
{
    /// <summary>What TPM2_ECC_Encrypt answers.</summary>
    /// <param name="C1">The ephemeral public key.</param>
    /// <param name="C2">The ciphertext.</param>
    /// <param name="C3">The integrity value.</param>
    public readonly partial record struct Response([TpmName("C1")] Tpm2bEccPoint C1, [TpmName("C2")] Tpm2bMaxBuffer C2, [TpmName("C3")] Tpm2bDigest C3);
}

/// <summary>TPM2_ECC_Decrypt: decrypts what TPM2_ECC_Encrypt made (Part 3, 14.8).</summary>
/// <param name="KeyHandle">The key.</param>
/// <param name="C1">The ephemeral public key.</param>
/// <param name="C2">The ciphertext.</param>
/// <param name="C3">The integrity value.</param>
/// <param name="InScheme">The key derivation, where the key has none of its own.</param>
[TpmCommand(TpmCc.EccDecrypt, Since = 159, Repeatable = true)]
public readonly partial record struct EccDecrypt(
    [Handle(Auth.User)] TpmHandle KeyHandle, [TpmName("C1")] Tpm2bEccPoint C1, [TpmName("C2")] Tpm2bMaxBuffer C2, [TpmName("C3")] Tpm2bDigest C3, TpmtKdfScheme InScheme)
{
    /// <summary>What TPM2_ECC_Decrypt answers.</summary>
    /// <param name="PlainText">The message.</param>
    public readonly partial record struct Response([Secret] Tpm2bMaxBuffer PlainText);
}

/// <summary>TPM2_Encapsulate: makes a shared secret for the holder of a key, as ML-KEM does (Part 3 of version 1.85, 14.10).</summary>
/// <param name="KeyHandle">The public key.</param>
[TpmCommand(TpmCc.Encapsulate, Since = 185, Repeatable = true)]
public readonly partial record struct Encapsulate([Handle] TpmHandle KeyHandle)
{
    /// <summary>What TPM2_Encapsulate answers.</summary>
    /// <param name="SharedSecret">The secret.</param>
    /// <param name="Ciphertext">What the other side makes it from.</param>
    public readonly partial record struct Response(Tpm2bSharedSecret SharedSecret, Tpm2bKemCiphertext Ciphertext);
}

/// <summary>TPM2_Decapsulate: the shared secret that TPM2_Encapsulate made (Part 3 of version 1.85, 14.11).</summary>
/// <param name="KeyHandle">The private key.</param>
/// <param name="Ciphertext">What came from the other side.</param>
[TpmCommand(TpmCc.Decapsulate, Since = 185, Repeatable = true)]
public readonly partial record struct Decapsulate([Handle(Auth.User)] TpmHandle KeyHandle, Tpm2bKemCiphertext Ciphertext)
{
    /// <summary>What TPM2_Decapsulate answers.</summary>
    /// <param name="SharedSecret">The secret.</param>
    public readonly partial record struct Response(Tpm2bSharedSecret SharedSecret);
}
