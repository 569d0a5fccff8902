using TpmHw.Spec;

namespace TpmHw;

/// <summary>
/// Public areas to make objects from: for <see cref="Tpm2.CreatePrimary"/>, and for TPM2_Create under a storage key. They are
/// values: <c>TpmTemplates.SigningEcc with { NameAlg = TpmAlgId.Sha384 }</c> is another. Objects of these templates, the
/// endorsement keys apart, are used with their authorisation value and don't count towards the TPM's lockout;
/// <see cref="TpmPolicyTemplates.UnderPolicy"/> has them used by a policy instead.
/// </summary>
public static class TpmTemplates
{
    private const TpmaObject Usual = TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.UserWithAuth | TpmaObject.NoDa;
    private const TpmaObject MadeInside = Usual | TpmaObject.SensitiveDataOrigin;
    private const TpmaObject Endorsement =
        TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.SensitiveDataOrigin | TpmaObject.AdminWithPolicy | TpmaObject.Restricted | TpmaObject.Decrypt;

    private static readonly TpmtSymDefObject s_aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);
    private static readonly TpmtSymDefObject s_noCipher = new(TpmAlgId.Null);
    private static readonly TpmtEccScheme s_ecdsa = new(TpmAlgId.Ecdsa, new TpmuAsymScheme.Hash(TpmAlgId.Sha256));

    // TPM2_PolicySecret(TPM_RH_ENDORSEMENT), as the profile's PolicyA has it.
    private static readonly Tpm2bDigest s_policyA = Convert.FromHexString("837197674484B3F81A90CC8D46A5D724FD52D76E06520B64F2A1DA1B331469AA");

    /// <summary>The endorsement key on P-256 (TCG EK Credential Profile, template L-2); a primary object of the endorsement hierarchy.</summary>
    public static TpmtPublic EndorsementEcc { get; } = Ecc(Endorsement, s_aes, new(TpmAlgId.Null), new byte[32]) with { AuthPolicy = s_policyA };

    /// <summary>The endorsement key of RSA 2048 (TCG EK Credential Profile, template L-1); a primary object of the endorsement hierarchy.</summary>
    public static TpmtPublic EndorsementRsa { get; } = Rsa(Endorsement, s_aes, new byte[256]) with { AuthPolicy = s_policyA };

    /// <summary>The storage root key on P-256 (TCG TPM v2.0 Provisioning Guidance); a primary object of the owner's hierarchy.</summary>
    public static TpmtPublic StorageRootEcc { get; } = Ecc(MadeInside | TpmaObject.Restricted | TpmaObject.Decrypt, s_aes, new(TpmAlgId.Null), new byte[32]);

    /// <summary>The storage root key of RSA 2048 (TCG TPM v2.0 Provisioning Guidance); a primary object of the owner's hierarchy.</summary>
    public static TpmtPublic StorageRootRsa { get; } = Rsa(MadeInside | TpmaObject.Restricted | TpmaObject.Decrypt, s_aes, new byte[256]);

    /// <summary>A storage key on P-256, which other objects are made under.</summary>
    public static TpmtPublic StorageEcc { get; } = Ecc(MadeInside | TpmaObject.Restricted | TpmaObject.Decrypt, s_aes, new(TpmAlgId.Null));

    /// <summary>A storage key of RSA 2048, which other objects are made under.</summary>
    public static TpmtPublic StorageRsa { get; } = Rsa(MadeInside | TpmaObject.Restricted | TpmaObject.Decrypt, s_aes);

    /// <summary>A key that signs by ECDSA on P-256 with SHA-256.</summary>
    public static TpmtPublic SigningEcc { get; } = Ecc(MadeInside | TpmaObject.Sign, s_noCipher, s_ecdsa);

    /// <summary>A key of RSA 2048 that signs, by the scheme that TPM2_Sign is given.</summary>
    public static TpmtPublic SigningRsa { get; } = Rsa(MadeInside | TpmaObject.Sign, s_noCipher);

    /// <summary>A key that signs only what the TPM itself says, quotes for example: ECDSA on P-256 with SHA-256.</summary>
    public static TpmtPublic AttestationEcc { get; } = Ecc(MadeInside | TpmaObject.Sign | TpmaObject.Restricted, s_noCipher, s_ecdsa);

    /// <summary>A key on P-256 for TPM2_ECDH_ZGen.</summary>
    public static TpmtPublic AgreementEcc { get; } = Ecc(MadeInside | TpmaObject.Decrypt, s_noCipher, new(TpmAlgId.Null));

    /// <summary>A key of RSA 2048 for TPM2_RSA_Decrypt, by the scheme that it is given.</summary>
    public static TpmtPublic DecryptionRsa { get; } = Rsa(MadeInside | TpmaObject.Decrypt, s_noCipher);

    /// <summary>A key for HMACs with SHA-256.</summary>
    public static TpmtPublic Hmac { get; } = KeyedHash(
        MadeInside | TpmaObject.Sign, new(TpmAlgId.Hmac, new TpmuSchemeKeyedHash.Hmac(TpmAlgId.Sha256)));

    /// <summary>An AES-128 key for TPM2_EncryptDecrypt2, in CFB mode.</summary>
    public static TpmtPublic Cipher { get; } = new(
        TpmAlgId.SymCipher, TpmAlgId.Sha256, MadeInside | TpmaObject.Sign | TpmaObject.Decrypt, default, new TpmuPublicParms.SymCipher(s_aes), new TpmuPublicId.Digest(default));

    /// <summary>
    /// Data that the TPM keeps for the caller, for TPM2_Unseal: up to 128 bytes, given as the sensitive data. Wrong passwords do
    /// not count towards the lockout: clear <see cref="TpmaObject.NoDa"/> for one that can be guessed.
    /// </summary>
    public static TpmtPublic SealedData { get; } = KeyedHash(Usual, new(TpmAlgId.Null));

    private static TpmtPublic Ecc(TpmaObject attributes, TpmtSymDefObject cipher, TpmtEccScheme scheme, byte[]? unique = null) => new(
        TpmAlgId.Ecc,
        TpmAlgId.Sha256,
        attributes,
        default,
        new TpmuPublicParms.Ecc(cipher, scheme, TpmEccCurve.NistP256, new(TpmAlgId.Null)),
        new TpmuPublicId.Ecc(unique, unique));

    private static TpmtPublic Rsa(TpmaObject attributes, TpmtSymDefObject cipher, byte[]? unique = null) => new(
        TpmAlgId.Rsa, TpmAlgId.Sha256, attributes, default, new TpmuPublicParms.Rsa(cipher, new(TpmAlgId.Null), 2048, 0), new TpmuPublicId.Rsa(unique));

    private static TpmtPublic KeyedHash(TpmaObject attributes, TpmtKeyedHashScheme scheme) => new(
        TpmAlgId.KeyedHash, TpmAlgId.Sha256, attributes, default, new TpmuPublicParms.KeyedHash(scheme), new TpmuPublicId.Digest(default));
}
