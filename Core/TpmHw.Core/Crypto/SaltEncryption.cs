using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Crypto;

/// <summary>A seed or salt for a key's owner alone (Part 1, B.10 and C.6).</summary>
internal static class SaltEncryption
{
    /// <summary>Makes a salt for a key.</summary>
    /// <param name="key">The key: RSA, or of an elliptic curve that .NET has.</param>
    /// <param name="label">What the salt is for, without a zero at its end.</param>
    /// <param name="salt">Where the salt goes.</param>
    /// <param name="objection">Why the key gets no salt, in a sentence: its numbers are wrong, or it is of a kind that is not supported here.</param>
    /// <returns>The salt, encrypted as the TPM takes it, or null if there is an objection.</returns>
    public static byte[]? TryMake(in TpmtPublic key, ReadOnlySpan<byte> label, TpmSecret salt, out string? objection)
    {
        objection = HashObjection(key.NameAlg) ?? PublicNumbers.Objection(key);
        if (objection is not null)
        {
            return null;
        }

        try
        {
            return (key.Parameters, key.Unique) switch
            {
                (TpmuPublicParms.Ecc ecc, TpmuPublicId.Ecc point) => ForEcc(ecc.CurveId, point, key.NameAlg, label, salt),
                _ => ForRsa(((TpmuPublicId.Rsa)key.Unique).Modulus.Span, key.NameAlg, label, salt),
            };
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            objection = $"This system's cryptography does not support the key ({e.Message}).";
            return null;
        }
    }

    /// <summary>Why a key's name algorithm can't make a salt, or null: its digest is as long as the salt, and OAEP or KDFe uses it (Part 1, B.10 and C.6).</summary>
    public static string? HashObjection(TpmAlgId nameAlg) => TpmHash.TrySizeOf(nameAlg) is null
        ? $"The key's name algorithm {nameAlg.SpecName() ?? $"{(ushort)nameAlg}"} is no hash that is supported here (Part 1, B.10 and C.6)."
        : null;

    /// <summary>Whether <see cref="TryMake"/> can do it for keys of this kind.</summary>
    public static bool IsSupported(in TpmtPublic key) => TpmHash.TrySizeOf(key.NameAlg) is not null && key.Parameters switch
    {
        TpmuPublicParms.Rsa => true,
        TpmuPublicParms.Ecc ecc => CurveOf(ecc.CurveId) is not null && s_makesEccKeys.Value,
        _ => false,
    };

    // Not every system's library makes keys for elliptic curves' Diffie-Hellman (Wine's does not).
    private static readonly Lazy<bool> s_makesEccKeys = new(static () =>
    {
        try
        {
            using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    });

    /// <summary>EME-OAEP with a label, which .NET's has not (RFC 8017, 7.1.1), and then RSA.</summary>
    private static byte[] ForRsa(ReadOnlySpan<byte> modulus, TpmAlgId hash, ReadOnlySpan<byte> label, TpmSecret salt)
    {
        int digest = TpmHash.SizeOf(hash);
        Span<byte> secret = salt.Resize(digest);
        RandomNumberGenerator.Fill(secret);

        Span<byte> block = stackalloc byte[modulus.Length];
        block.Clear();
        Span<byte> seed = block.Slice(1, digest);
        Span<byte> data = block[(1 + digest)..];
        Span<byte> labelWithZero = stackalloc byte[label.Length + 1];
        labelWithZero.Clear();
        label.CopyTo(labelWithZero);
        TpmHash.Hash(hash, labelWithZero, data);
        data[^(secret.Length + 1)] = 1;
        secret.CopyTo(data[^secret.Length..]);
        RandomNumberGenerator.Fill(seed);
        Mask(hash, seed, data);
        Mask(hash, data, seed);

        byte[] result = new byte[modulus.Length];
        ModularPower.Compute(block, modulus, result);
        CryptographicOperations.ZeroMemory(block);
        return result;
    }

    /// <summary>MGF1 (RFC 8017, B.2.1).</summary>
    private static void Mask(TpmAlgId hash, ReadOnlySpan<byte> seed, Span<byte> masked)
    {
        Span<byte> input = stackalloc byte[seed.Length + sizeof(uint)];
        seed.CopyTo(input);
        Span<byte> mask = stackalloc byte[TpmHash.MaxSize];
        int digest = TpmHash.SizeOf(hash);
        for (int i = 0; i < masked.Length; i++)
        {
            if (i % digest == 0)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(input[seed.Length..], (uint)(i / digest));
                TpmHash.Hash(hash, input, mask);
            }

            masked[i] ^= mask[i % digest];
        }

        CryptographicOperations.ZeroMemory(input);
        CryptographicOperations.ZeroMemory(mask);
    }

    /// <summary>One-pass ECDH with a key made for this once.</summary>
    private static byte[] ForEcc(TpmEccCurve curveId, TpmuPublicId.Ecc point, TpmAlgId hash, ReadOnlySpan<byte> label, TpmSecret salt)
    {
        (ECCurve curve, int field) = CurveOf(curveId) ?? throw new PlatformNotSupportedException();
        using var mine = ECDiffieHellman.Create(curve);
        return ForEcc(mine, curve, field, point, hash, label, salt);
    }

    internal static byte[] ForEcc(
        ECDiffieHellman mine, ECCurve curve, int field, TpmuPublicId.Ecc point, TpmAlgId hash, ReadOnlySpan<byte> label, TpmSecret salt)
    {
        byte[] x = Padded(point.X.Span, field);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = curve, Q = new() { X = x, Y = Padded(point.Y.Span, field) } });
        ECPoint ephemeral = mine.ExportParameters(includePrivateParameters: false).Q;
        byte[] z = mine.DeriveRawSecretAgreement(theirs.PublicKey);
        int digest = TpmHash.SizeOf(hash);
        TpmKdf.E(hash, z, label, ephemeral.X, x, 8 * digest, salt.Resize(digest));
        CryptographicOperations.ZeroMemory(z);
        byte[] encrypted = new byte[2 * (sizeof(ushort) + field)];
        var writer = new TpmWriter(encrypted);
        new TpmsEccPoint(ephemeral.X!, ephemeral.Y!).Write(ref writer);
        return encrypted;
    }

    internal static (ECCurve Curve, int FieldBytes)? CurveOf(TpmEccCurve curve) => curve switch
    {
        TpmEccCurve.NistP256 => (ECCurve.NamedCurves.nistP256, 32),
        TpmEccCurve.NistP384 => (ECCurve.NamedCurves.nistP384, 48),
        TpmEccCurve.NistP521 => (ECCurve.NamedCurves.nistP521, 66),
        _ => null,
    };

    /// <summary>A coordinate as long as the field: a TPM may leave zeros at its start out.</summary>
    private static byte[] Padded(ReadOnlySpan<byte> coordinate, int field)
    {
        byte[] padded = new byte[field];
        coordinate.CopyTo(padded.AsSpan(field - coordinate.Length));
        return padded;
    }
}
