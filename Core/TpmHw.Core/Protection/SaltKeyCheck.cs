using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Protection;

/// <summary>
/// Whether a public area is that of a key to salt sessions with: one that never leaves its TPM, and that decrypts nothing but
/// what the TPM itself uses (Part 1, 19.6). Otherwise someone else may hold it, or have the TPM decrypt the salt.
/// </summary>
internal static class SaltKeyCheck
{
    private static readonly (TpmaObject Attribute, bool IsSet, string Objection)[] s_attributes =
    [
        (TpmaObject.FixedTpm, true, "fixedTPM is clear: the key may be in other TPMs too (Part 2, 8.3.3)."),
        (TpmaObject.FixedParent, true, "fixedParent is clear: the key can be duplicated (Part 2, 8.3.3)."),
        (TpmaObject.Decrypt, true, "decrypt is clear: the key decrypts no salt (Part 1, 19.6)."),
        (TpmaObject.Restricted, true, "restricted is clear: anyone who may use the key can decrypt the salt with TPM2_RSA_Decrypt or TPM2_ECDH_ZGen (Part 2, 8.3.3)."),
        (TpmaObject.Sign, false, "sign is set beside decrypt and restricted, which no TPM allows (Part 2, 8.3.3)."),
    ];

    /// <summary>What is wrong with a key, in a sentence, or null.</summary>
    public static string? Objection(in TpmtPublic key)
    {
        TpmaObject attributes = key.ObjectAttributes;
        foreach ((TpmaObject attribute, bool isSet, string objection) in s_attributes)
        {
            if ((attributes & attribute) != 0 != isSet)
            {
                return objection;
            }
        }

        // No endorsement key needs SHA-1: the templates of the EK Credential Profile begin with SHA-256 (2.5, annex B).
        return key.NameAlg == TpmAlgId.Sha1 ? "The key's name algorithm is SHA-1, whose collisions give two keys one Name (Part 1, 16)."
            : SaltEncryption.HashObjection(key.NameAlg) ?? SchemeObjection(key) ?? PublicNumbers.Objection(key);
    }

    // A restricted decryption key has a cipher for what it protects and no scheme: it does what Part 1 says (Part 2, 12.2.3.5 and 12.2.3.6).
    private static string? SchemeObjection(in TpmtPublic key) => key.Parameters switch
    {
        TpmuPublicParms.Rsa rsa => SchemeObjection(rsa.Scheme.Scheme, rsa.Symmetric.Algorithm),
        TpmuPublicParms.Ecc ecc => SchemeObjection(ecc.Scheme.Scheme, ecc.Symmetric.Algorithm)
            ?? (ecc.Kdf.Scheme == TpmAlgId.Null ? null : "The key has a key derivation scheme of its own (Part 2, 12.2.3.6)."),
        _ => null, // of a type that has no salts
    };

    private static string? SchemeObjection(TpmAlgId scheme, TpmAlgId symmetric) =>
        scheme != TpmAlgId.Null ? "The key has a scheme, which a restricted decryption key can't have (Part 2, 12.2.3.5)."
        : symmetric == TpmAlgId.Null ? "The key has no symmetric cipher, which a restricted decryption key must have (Part 2, 12.2.3.5)."
        : null;
}
