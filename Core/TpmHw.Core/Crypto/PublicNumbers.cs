using System.Globalization;
using System.Numerics;
using TpmHw.Spec;

namespace TpmHw.Crypto;

/// <summary>
/// Whether the numbers of a public key can be those of a key: a wrong modulus or point gives whatever is encrypted for it to
/// anyone. Nothing here is secret.
/// </summary>
internal static class PublicNumbers
{
    /// <summary>The exponent that <c>0</c> stands for (Part 2, 12.2.3.5).</summary>
    public const uint UsualExponent = 65537;

    private const int LeastRsaBits = 2048;

    /// <summary>What is wrong with the numbers, in a sentence, or null.</summary>
    public static string? Objection(in TpmtPublic key) => (key.Parameters, key.Unique) switch
    {
        (TpmuPublicParms.Rsa rsa, TpmuPublicId.Rsa modulus) => RsaObjection(rsa, modulus.Modulus.Span),
        (TpmuPublicParms.Ecc ecc, TpmuPublicId.Ecc point) => EccObjection(ecc.CurveId, point),
        _ => $"The key is of the type {key.Type.SpecName() ?? $"{(ushort)key.Type}"}; a salt is encrypted for RSA and elliptic curve keys only (Part 1, B.10 and C.6).",
    };

    private static string? RsaObjection(TpmuPublicParms.Rsa rsa, ReadOnlySpan<byte> modulus)
    {
        if (rsa.KeyBits < LeastRsaBits)
        {
            return Invariant($"The RSA key has {rsa.KeyBits} bits; fewer than {LeastRsaBits} can be broken.");
        }

        if (modulus.Length * 8 != rsa.KeyBits || modulus[0] < 0x80)
        {
            return Invariant($"The RSA modulus in {modulus.Length} bytes is not one of {rsa.KeyBits} bits (Part 2, 12.2.3.5).");
        }

        // ModularPower takes whole words of 32 bits; keys have multiples of 1024 bits (Part 2, 11.2.4.6).
        return modulus.Length > ModularPower.MaxSize || modulus.Length % sizeof(uint) != 0 ? Invariant($"RSA keys of {rsa.KeyBits} bits are not supported here.")
            : modulus[^1] % 2 == 0 ? "The RSA modulus is even: it is no product of two large primes."
            : rsa.Exponent is not (0 or UsualExponent) ? Invariant($"The RSA exponent is {rsa.Exponent} instead of {UsualExponent} (Part 2, 12.2.3.5).")
            : null;
    }

    private static string? EccObjection(TpmEccCurve curveId, TpmuPublicId.Ecc point)
    {
        if (WeierstrassCurve.Find(curveId) is not { } curve)
        {
            return $"The curve {curveId.SpecName() ?? $"{(ushort)curveId}"} is not supported here.";
        }

        if (point.X.Size > curve.FieldBytes || point.Y.Size > curve.FieldBytes)
        {
            return Invariant($"The point's coordinates have {point.X.Size} and {point.Y.Size} bytes; {curveId.SpecName()} has {curve.FieldBytes} (Part 1, C.8).");
        }

        // The point at infinity has no coordinates; (0, 0), which stands for it at times, does not lie on these curves.
        return curve.Contains(point.X.Span, point.Y.Span) ? null : $"The point does not lie on the curve {curveId.SpecName()} (Part 1, C.6).";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A curve y² = x³ - 3x + b modulo p with a prime number of points, so that every point on it is of full order (SP 800-186, 3.2.1).</summary>
    private sealed record WeierstrassCurve(int FieldBytes, BigInteger P, BigInteger B)
    {
        private static readonly WeierstrassCurve s_p256 = Of(
            32,
            (BigInteger.One << 256) - (BigInteger.One << 224) + (BigInteger.One << 192) + (BigInteger.One << 96) - 1,
            "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B");

        private static readonly WeierstrassCurve s_p384 = Of(
            48,
            (BigInteger.One << 384) - (BigInteger.One << 128) - (BigInteger.One << 96) + (BigInteger.One << 32) - 1,
            "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF");

        private static readonly WeierstrassCurve s_p521 = Of(
            66,
            (BigInteger.One << 521) - 1,
            "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00");

        public static WeierstrassCurve? Find(TpmEccCurve curve) => curve switch
        {
            TpmEccCurve.NistP256 => s_p256,
            TpmEccCurve.NistP384 => s_p384,
            TpmEccCurve.NistP521 => s_p521,
            _ => null,
        };

        public bool Contains(ReadOnlySpan<byte> xBytes, ReadOnlySpan<byte> yBytes)
        {
            var x = new BigInteger(xBytes, isUnsigned: true, isBigEndian: true);
            var y = new BigInteger(yBytes, isUnsigned: true, isBigEndian: true);
            return x < P && y < P && ((x * x - 3) * x + B - y * y) % P == 0;
        }

        private static WeierstrassCurve Of(int fieldBytes, BigInteger p, string b) =>
            new(fieldBytes, p, new(Convert.FromHexString(b), isUnsigned: true, isBigEndian: true));
    }
}
