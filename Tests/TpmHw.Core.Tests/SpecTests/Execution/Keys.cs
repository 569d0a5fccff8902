using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Templates of every kind of object, and primary objects made of them.</summary>
internal sealed class Keys(Tpm2Commands commands)
{
    public const TpmaObject Usual = TpmaObject.FixedTpm | TpmaObject.FixedParent | TpmaObject.SensitiveDataOrigin | TpmaObject.UserWithAuth | TpmaObject.NoDa;

    public static readonly TpmtSymDefObject Aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);
    public static readonly TpmtSymDefObject NoCipher = new(TpmAlgId.Null);
    public static readonly Tpm2bSensitiveCreate Empty = new TpmsSensitiveCreate(default, default);

    public static TpmtPublic Ecc(TpmaObject use, TpmtEccScheme scheme, TpmEccCurve curve = TpmEccCurve.NistP256) => new(
        TpmAlgId.Ecc, TpmAlgId.Sha256, Usual | use, default,
        new TpmuPublicParms.Ecc(use.HasFlag(TpmaObject.Restricted | TpmaObject.Decrypt) ? Aes : NoCipher, scheme, curve, new(TpmAlgId.Null)),
        new TpmuPublicId.Ecc(default, default));

    public static TpmtPublic Storage { get; } = Ecc(TpmaObject.Restricted | TpmaObject.Decrypt, new(TpmAlgId.Null));

    public static TpmtPublic Signing { get; } = Ecc(TpmaObject.Sign, new(TpmAlgId.Ecdsa, new TpmuAsymScheme.Hash(TpmAlgId.Sha256)));

    public static TpmtPublic Agreement { get; } = Ecc(TpmaObject.Decrypt, new(TpmAlgId.Null));

    public static TpmtPublic Anonymous { get; } = Ecc(TpmaObject.Sign, new(TpmAlgId.Ecdaa, new TpmuAsymScheme.Ecdaa(TpmAlgId.Sha256, 0)), TpmEccCurve.BnP256);

    public static TpmtPublic Rsa { get; } = new(
        TpmAlgId.Rsa, TpmAlgId.Sha256, Usual | TpmaObject.Decrypt | TpmaObject.Sign, default,
        new TpmuPublicParms.Rsa(NoCipher, new(TpmAlgId.Null), 2048, 0), new TpmuPublicId.Rsa(default));

    public static TpmtPublic Hmac { get; } = new(
        TpmAlgId.KeyedHash, TpmAlgId.Sha256, Usual | TpmaObject.Sign, default,
        new TpmuPublicParms.KeyedHash(new(TpmAlgId.Hmac, new TpmuSchemeKeyedHash.Hmac(TpmAlgId.Sha256))), new TpmuPublicId.Digest(default));

    public static TpmtPublic Cipher { get; } = new(
        TpmAlgId.SymCipher, TpmAlgId.Sha256, Usual | TpmaObject.Decrypt | TpmaObject.Sign, default,
        new TpmuPublicParms.SymCipher(Aes), new TpmuPublicId.Digest(default));

    public static TpmtPublic Sealed { get; } = new(
        TpmAlgId.KeyedHash, TpmAlgId.Sha256, Usual & ~TpmaObject.SensitiveDataOrigin, default,
        new TpmuPublicParms.KeyedHash(new(TpmAlgId.Null)), new TpmuPublicId.Digest(default));

    /// <summary>A primary object of a template in the owner's hierarchy.</summary>
    public TpmHandle Primary(TpmtPublic template) => commands.CreatePrimary(TpmRh.Owner, Empty, template, default, []).ObjectHandle;

    /// <summary>Uses a primary object and flushes it: the TPM has room for three.</summary>
    public void With(TpmtPublic template, Action<TpmHandle> use)
    {
        TpmHandle key = Primary(template);
        use(key);
        commands.FlushContext(key);
    }
}
