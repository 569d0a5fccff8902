using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TpmHw.Crypto;

/// <summary>
/// Raises a secret number to the RSA exponent 65537. .NET's RSA has no operation without padding, and a
/// <see cref="System.Numerics.BigInteger"/> keeps copies that can't be cleared; here everything is on the stack and cleared.
/// </summary>
/// <remarks>Montgomery's multiplication: no branch and no address depends on the number, only on the size of the modulus.</remarks>
internal static class ModularPower
{
    /// <summary>Bytes of the longest modulus (TPM2B_PUBLIC_KEY_RSA: 4096 bits).</summary>
    public const int MaxSize = 512;

    private const int LimbBits = 32;
    private const int LimbBytes = sizeof(uint);
    private const int Squarings = 16; // 65537 = 2^16 + 1

    /// <summary>Computes <paramref name="number"/> to the power of 65537, modulo <paramref name="modulus"/>.</summary>
    /// <param name="number">The number, most significant byte first, as long as the modulus.</param>
    /// <param name="modulus">An odd number, most significant byte first, whose first bit is set.</param>
    /// <param name="result">Receives the power, as long as the modulus.</param>
    public static void Compute(ReadOnlySpan<byte> number, ReadOnlySpan<byte> modulus, Span<byte> result)
    {
        if (modulus.Length is 0 or > MaxSize || modulus.Length % LimbBytes != 0 || modulus[0] < 0x80 || modulus[^1] % 2 == 0)
        {
            throw new ArgumentException("The modulus is even, shorter than it seems, or of a size that is not supported.", nameof(modulus));
        }

        if (number.Length != modulus.Length || result.Length != modulus.Length)
        {
            throw new ArgumentException("The number and the result are as long as the modulus.", nameof(number));
        }

        int limbs = modulus.Length / LimbBytes;
        Span<uint> room = stackalloc uint[5 * limbs + 2];
        try
        {
            Span<uint> n = room[..limbs];
            Span<uint> x = room.Slice(limbs, limbs);
            Span<uint> power = room.Slice(2 * limbs, limbs);
            Span<uint> square = room.Slice(3 * limbs, limbs);
            Span<uint> work = room[(4 * limbs)..];
            Read(modulus, n);
            Read(number, x);
            uint inverse = NegativeInverse(n[0]);

            // x·R·R / R = x·R: the number in Montgomery's form. Any number of this size may come in, the result is below the modulus.
            RSquared(n, inverse, square, work);
            Multiply(x, square, n, inverse, work, x);
            x.CopyTo(power);
            for (int i = 0; i < Squarings; i++)
            {
                Multiply(power, power, n, inverse, work, power);
            }

            Multiply(power, x, n, inverse, work, power);

            // Multiplied by 1 it leaves Montgomery's form.
            x.Clear();
            x[0] = 1;
            Multiply(power, x, n, inverse, work, power);
            Write(power, result);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(room));
        }
    }

    /// <summary>R² modulo n, where R is 2 to the power of the modulus' bits: nothing secret is in it.</summary>
    private static void RSquared(ReadOnlySpan<uint> n, uint inverse, Span<uint> result, Span<uint> work)
    {
        // The first bit of n is set, so that R mod n = R - n.
        long borrow = 0;
        for (int i = 0; i < n.Length; i++)
        {
            borrow -= n[i];
            result[i] = (uint)borrow;
            borrow >>= LimbBits;
        }

        // Doubled once for each limb it is 2^limbs·R, squared five times 2^(32·limbs)·R = R·R.
        for (int i = 0; i < n.Length; i++)
        {
            uint carry = 0;
            for (int k = 0; k < n.Length; k++)
            {
                uint limb = result[k];
                result[k] = limb << 1 | carry;
                carry = limb >> (LimbBits - 1);
            }

            SubtractIfNotBelow(result, carry, n, result);
        }

        for (int i = 1; i < LimbBits; i *= 2)
        {
            Multiply(result, result, n, inverse, work, result);
        }
    }

    /// <summary>a·b / R modulo n, below n if a·b is below n·R.</summary>
    private static void Multiply(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b, ReadOnlySpan<uint> n, uint inverse, Span<uint> work, Span<uint> result)
    {
        int limbs = n.Length;
        work.Clear();
        for (int i = 0; i < limbs; i++)
        {
            ulong carry = 0;
            for (int k = 0; k < limbs; k++)
            {
                carry += (ulong)a[i] * b[k] + work[k];
                work[k] = (uint)carry;
                carry >>= LimbBits;
            }

            carry += work[limbs];
            work[limbs] = (uint)carry;
            work[limbs + 1] = (uint)(carry >> LimbBits);

            // The multiple of n that makes the lowest limb zero, which is then shifted out.
            uint multiple = work[0] * inverse;
            carry = ((ulong)multiple * n[0] + work[0]) >> LimbBits;
            for (int k = 1; k < limbs; k++)
            {
                carry += (ulong)multiple * n[k] + work[k];
                work[k - 1] = (uint)carry;
                carry >>= LimbBits;
            }

            carry += work[limbs];
            work[limbs - 1] = (uint)carry;
            work[limbs] = work[limbs + 1] + (uint)(carry >> LimbBits);
        }

        SubtractIfNotBelow(work[..limbs], work[limbs], n, result);
    }

    /// <summary>Subtracts n from a number below 2·n unless it is below n, without a branch that would tell.</summary>
    private static void SubtractIfNotBelow(ReadOnlySpan<uint> number, uint above, ReadOnlySpan<uint> n, Span<uint> result)
    {
        long borrow = 0;
        for (int i = 0; i < n.Length; i++)
        {
            borrow = (borrow + number[i] - n[i]) >> LimbBits;
        }

        uint mask = (uint)((borrow + above) >> LimbBits) ^ uint.MaxValue; // all ones unless the number is below n
        borrow = 0;
        for (int i = 0; i < n.Length; i++)
        {
            borrow += (long)number[i] - (n[i] & mask);
            result[i] = (uint)borrow;
            borrow >>= LimbBits;
        }
    }

    /// <summary>-1 / n modulo 2^32 for an odd n, by Newton's iteration: each step doubles the bits that are right.</summary>
    private static uint NegativeInverse(uint n)
    {
        uint inverse = n; // right in three bits
        for (int bits = 3; bits < LimbBits; bits *= 2)
        {
            inverse *= 2 - n * inverse;
        }

        return 0 - inverse;
    }

    private static void Read(ReadOnlySpan<byte> bytes, Span<uint> limbs)
    {
        for (int i = 0; i < limbs.Length; i++)
        {
            limbs[i] = BinaryPrimitives.ReadUInt32BigEndian(bytes[^(LimbBytes * (i + 1))..]);
        }
    }

    private static void Write(ReadOnlySpan<uint> limbs, Span<byte> bytes)
    {
        for (int i = 0; i < limbs.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[^(LimbBytes * (i + 1))..], limbs[i]);
        }
    }
}
