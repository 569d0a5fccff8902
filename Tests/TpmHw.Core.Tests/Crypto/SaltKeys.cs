using System.Security.Cryptography;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Crypto;

/// <summary>Public areas of keys whose private halves these tests have.</summary>
internal static class SaltKeys
{
    private static readonly Lazy<RSAParameters> s_rsa = new(static () =>
    {
        using RSA rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    });

    public static RSAParameters RsaNumbers => s_rsa.Value;

    public static TpmtPublic Rsa => TpmTemplates.EndorsementRsa with { Unique = new TpmuPublicId.Rsa(RsaNumbers.Modulus) };

    public static TpmtPublic Ecc(TpmEccCurve curve = TpmEccCurve.NistP256)
    {
        using ECDiffieHellman key = ECDiffieHellman.Create(TpmHw.Crypto.SaltEncryption.CurveOf(curve)!.Value.Curve);
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return TpmTemplates.EndorsementEcc.On(curve) with { Unique = new TpmuPublicId.Ecc(point.X!, point.Y!) };
    }

    public static TpmtPublic With(this TpmtPublic key, TpmaObject set = 0, TpmaObject clear = 0) =>
        key with { ObjectAttributes = key.ObjectAttributes & ~clear | set };

    public static TpmtPublic Modulus(this TpmtPublic key, byte[] modulus, int? bits = null) => key with
    {
        Unique = new TpmuPublicId.Rsa(modulus),
        Parameters = (TpmuPublicParms.Rsa)key.Parameters with { KeyBits = (ushort)(bits ?? 8 * modulus.Length) },
    };

    public static TpmtPublic WithRsa(this TpmtPublic key, Func<TpmuPublicParms.Rsa, TpmuPublicParms.Rsa> change) =>
        key with { Parameters = change((TpmuPublicParms.Rsa)key.Parameters) };

    public static TpmtPublic WithEcc(this TpmtPublic key, Func<TpmuPublicParms.Ecc, TpmuPublicParms.Ecc> change) =>
        key with { Parameters = change((TpmuPublicParms.Ecc)key.Parameters) };

    public static TpmtPublic On(this TpmtPublic key, TpmEccCurve curve) => key.WithEcc(p => p with { CurveId = curve });

    public static TpmtPublic Point(this TpmtPublic key, byte[] x, byte[] y) => key with { Unique = new TpmuPublicId.Ecc(x, y) };
}
