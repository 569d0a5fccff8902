using System.Numerics;
using System.Security.Cryptography;
using TpmHw.Crypto;
using TpmHw.Sessions;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Crypto;

/// <summary>Salts for good keys, which their private halves decrypt, and for bad ones, which get none.</summary>
public sealed class SaltEncryptionTests
{
    private static readonly byte[] s_modulus = SaltKeys.RsaNumbers.Modulus!;

    private static readonly Dictionary<string, (TpmtPublic Key, string Word)> s_bad = new()
    {
        ["a modulus of 0 bytes"] = (SaltKeys.Rsa.Modulus([], 2048), "0 bytes"),
        ["a modulus of 1 byte"] = (SaltKeys.Rsa.Modulus([0xFF], 2048), "1 bytes"),
        ["a modulus of 1024 bits"] = (SaltKeys.Rsa.Modulus(s_modulus[..128]), "1024 bits"),
        ["no bits at all"] = (SaltKeys.Rsa.Modulus([], 0), "0 bits"),
        ["a modulus shorter than it says"] = (SaltKeys.Rsa.Modulus(s_modulus, 3072), "not one of 3072"),
        ["a modulus longer than it says"] = (SaltKeys.Rsa.Modulus([.. s_modulus, .. s_modulus], 2048), "not one of 2048"),
        ["a modulus that begins with zeros"] = (SaltKeys.Rsa.Modulus([.. new byte[128], .. s_modulus[..128]]), "not one of 2048"),
        ["a modulus of 2056 bits"] = (SaltKeys.Rsa.Modulus([.. s_modulus, 1]), "2056"),
        ["an even modulus"] = (SaltKeys.Rsa.Modulus([.. s_modulus[..^1], 2]), "even"),
        ["the exponent 1"] = (SaltKeys.Rsa.WithRsa(p => p with { Exponent = 1 }), "exponent is 1 "),
        ["the exponent 3"] = (SaltKeys.Rsa.WithRsa(p => p with { Exponent = 3 }), "exponent is 3 "),
        ["a point at infinity"] = (SaltKeys.Ecc().Point([], []), "does not lie"),
        ["a point of zeros"] = (SaltKeys.Ecc().Point(new byte[32], new byte[32]), "does not lie"),
        ["a point off the curve"] = (SaltKeys.Ecc().Point([.. new byte[31], 5], [.. new byte[31], 5]), "does not lie"),
        ["a point of another curve"] = (SaltKeys.Ecc(TpmEccCurve.NistP256).On(TpmEccCurve.NistP384), "does not lie"),
        ["an x above the field's prime"] = (AbovePrime(isX: true), "does not lie"),
        ["a y above the field's prime"] = (AbovePrime(isX: false), "does not lie"),
        ["a coordinate too long"] = (SaltKeys.Ecc().Point(new byte[33], new byte[32]), "33 and 32"),
        ["coordinates of 128 bytes"] = (SaltKeys.Ecc().Point(new byte[128], new byte[128]), "128 and 128"),
        ["an unknown curve"] = (SaltKeys.Ecc().On((TpmEccCurve)0x7777), "curve"),
        ["the curve of SM2"] = (SaltKeys.Ecc().On(TpmEccCurve.Sm2P256), "SM2"),
        ["a name algorithm that .NET has not"] = (SaltKeys.Ecc() with { NameAlg = TpmAlgId.Sm3_256 }, "no hash"),
        ["no name algorithm"] = (SaltKeys.Rsa with { NameAlg = TpmAlgId.Null }, "no hash"),
        ["a keyed hash"] = (TpmTemplates.Hmac, "type"),
        ["RSA's parameters with a point"] = (SaltKeys.Rsa with { Unique = SaltKeys.Ecc().Unique }, "type"),
    };

    /// <summary>Keys whose numbers are wrong.</summary>
    public static TheoryData<string> BadKeys => [.. s_bad.Keys];

    [Theory]
    [MemberData(nameof(BadKeys))]
    public void A_key_with_wrong_numbers_gets_no_salt_and_a_reason(string name)
    {
        (TpmtPublic key, string word) = s_bad[name];
        using var salt = new TpmSecret(TpmHash.MaxSize);
        var error = Assert.Throws<TpmSessionException>(() => SessionSalt.Make(key, salt));
        Assert.Equal(TpmSessionFault.UnfitKey, error.Fault);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
        Assert.True(salt.IsEmpty);
    }

    [Theory]
    [InlineData(TpmAlgId.Sha256, 0u)]
    [InlineData(TpmAlgId.Sha384, 65537u)]
    [InlineData(TpmAlgId.Sha512, 0u)]
    public void An_RSA_key_decrypts_its_salt(TpmAlgId hash, uint exponent)
    {
        using var salt = new TpmSecret(TpmHash.MaxSize);
        TpmtPublic key = SaltKeys.Rsa.WithRsa(p => p with { Exponent = exponent }) with { NameAlg = hash };
        byte[] encrypted = SessionSalt.Make(key, salt);
        Assert.Equal(256, encrypted.Length);
        Assert.Equal(salt.Span.ToArray(), Decrypt(encrypted, hash));
    }

    [Theory]
    [InlineData(TpmEccCurve.NistP256, 32)]
    [InlineData(TpmEccCurve.NistP384, 48)]
    [InlineData(TpmEccCurve.NistP521, 66)]
    public void A_key_of_every_curve_gets_a_salt(TpmEccCurve curve, int field)
    {
        using var salt = new TpmSecret(TpmHash.MaxSize);
        Assert.Equal(2 * (2 + field), SessionSalt.Make(SaltKeys.Ecc(curve), salt).Length);
        Assert.Equal(32, salt.Span.Length);
    }

    /// <summary>A point of P-521 with the prime added to a coordinate, which changes nothing modulo the prime.</summary>
    private static TpmtPublic AbovePrime(bool isX)
    {
        static byte[] Added(ReadOnlySpan<byte> coordinate)
        {
            byte[] sum = (new BigInteger(coordinate, isUnsigned: true, isBigEndian: true) + (BigInteger.One << 521) - 1).ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[66 - sum.Length], .. sum];
        }

        TpmtPublic key = SaltKeys.Ecc(TpmEccCurve.NistP521);
        var point = (TpmuPublicId.Ecc)key.Unique;
        return key.Point(isX ? Added(point.X.Span) : point.X.Span.ToArray(), isX ? point.Y.Span.ToArray() : Added(point.Y.Span));
    }

    /// <summary>EME-OAEP the other way round (RFC 8017, 7.1.2), with the label and its zero.</summary>
    private static byte[] Decrypt(byte[] encrypted, TpmAlgId hash)
    {
        static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
        BigInteger power = BigInteger.ModPow(Number(encrypted), Number(SaltKeys.RsaNumbers.D!), Number(s_modulus));
        byte[] short_ = power.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] block = [.. new byte[256 - short_.Length], .. short_];
        int size = TpmHash.SizeOf(hash);
        byte[] seed = Xor(block[1..(1 + size)], Mask(hash, block[(1 + size)..], size));
        byte[] data = Xor(block[(1 + size)..], Mask(hash, seed, 255 - size));
        Assert.Equal(0, block[0]);
        Assert.Equal(TpmHash.Hash(hash, "SECRET\0"u8), data[..size]);
        int one = Array.IndexOf(data, (byte)1, size);
        Assert.All(data[size..one], b => Assert.Equal(0, b));
        return data[(one + 1)..];
    }

    private static byte[] Mask(TpmAlgId hash, byte[] seed, int size) =>
        [.. Enumerable.Range(0, 16).SelectMany(i => TpmHash.Hash(hash, [.. seed, 0, 0, 0, (byte)i])).Take(size)];

    private static byte[] Xor(byte[] a, byte[] b) => [.. a.Zip(b, (x, y) => (byte)(x ^ y))];
}
