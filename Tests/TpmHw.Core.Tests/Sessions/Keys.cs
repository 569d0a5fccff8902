using TpmHw.Spec;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>Templates.</summary>
internal static class Keys
{
    private static readonly TpmtSymDefObject s_aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);

    private const TpmaObject Storage =
        TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.SensitiveDataOrigin | TpmaObject.UserWithAuth | TpmaObject.Restricted | TpmaObject.Decrypt | TpmaObject.NoDa;

    public static TpmtPublic EccStorage(TpmEccCurve curve = TpmEccCurve.NistP256, TpmAlgId nameAlg = TpmAlgId.Sha256) => new(
        TpmAlgId.Ecc, nameAlg, Storage, default,
        new TpmuPublicParms.Ecc(s_aes, new(TpmAlgId.Null), curve, new(TpmAlgId.Null)), new TpmuPublicId.Ecc(default, default));

    public static TpmtPublic RsaStorage(TpmAlgId nameAlg = TpmAlgId.Sha256) => new(
        TpmAlgId.Rsa, nameAlg, Storage, default,
        new TpmuPublicParms.Rsa(s_aes, new(TpmAlgId.Null), 2048, 0), new TpmuPublicId.Rsa(default));

    public static TpmtPublic SealedData(Tpm2bDigest policy = default) => policy.Size == 0 ? TpmTemplates.SealedData
        : TpmTemplates.SealedData with { AuthPolicy = policy, ObjectAttributes = TpmTemplates.SealedData.ObjectAttributes & ~TpmaObject.UserWithAuth };

    public static TpmtPublic HmacFromOutside(Tpm2bDigest unique) => new(
        TpmAlgId.KeyedHash, TpmAlgId.Sha256, TpmaObject.UserWithAuth | TpmaObject.Sign | TpmaObject.NoDa, default,
        new TpmuPublicParms.KeyedHash(new(TpmAlgId.Hmac, new TpmuSchemeKeyedHash.Hmac(TpmAlgId.Sha256))), new TpmuPublicId.Digest(unique));
}
