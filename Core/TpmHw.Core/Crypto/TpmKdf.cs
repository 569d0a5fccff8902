using System.Buffers.Binary;
using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Crypto;

/// <summary>The two key derivations of Part 1.</summary>
internal static class TpmKdf
{
    // A label and both contexts: nonces, Names, coordinates.
    private const int MaxInput = 512;

    /// <summary>KDFa: HMAC in counter mode (Part 1, 11.4.10.2).</summary>
    /// <param name="hash">The HMAC's hash.</param>
    /// <param name="key">The HMAC's key.</param>
    /// <param name="label">What the result is for, without a zero at its end.</param>
    /// <param name="contextU">The first context.</param>
    /// <param name="contextV">The second context.</param>
    /// <param name="bits">How many bits to derive.</param>
    /// <param name="result">Where they go: just as many bytes as they take. Of the first byte the lower bits count.</param>
    public static void A(
        TpmAlgId hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> label, ReadOnlySpan<byte> contextU, ReadOnlySpan<byte> contextV, int bits, Span<byte> result)
    {
        Span<byte> input = stackalloc byte[MaxInput];
        var writer = new TpmWriter(input);
        writer.WriteUInt32(0); // the counter
        writer.WriteBytes(label);
        writer.WriteUInt8(0);
        writer.WriteBytes(contextU);
        writer.WriteBytes(contextV);
        writer.WriteUInt32((uint)bits);
        Derive(hash, key, isHmac: true, input[..writer.Position], bits, result);
    }

    /// <summary>KDFe: a hash in counter mode, for the outcome of a key agreement (Part 1, 11.4.10.3).</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="z">The x coordinate agreed on, as long as the field.</param>
    /// <param name="label">What the result is for, without a zero at its end.</param>
    /// <param name="partyU">The x coordinate of the one-time key.</param>
    /// <param name="partyV">The x coordinate of the other side's key.</param>
    /// <param name="bits">How many bits to derive.</param>
    /// <param name="result">Where they go, as for <see cref="A"/>.</param>
    public static void E(
        TpmAlgId hash, ReadOnlySpan<byte> z, ReadOnlySpan<byte> label, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV, int bits, Span<byte> result)
    {
        Span<byte> input = stackalloc byte[MaxInput];
        var writer = new TpmWriter(input);
        writer.WriteUInt32(0); // the counter
        writer.WriteBytes(z);
        writer.WriteBytes(label);
        writer.WriteUInt8(0);
        writer.WriteBytes(partyU);
        writer.WriteBytes(partyV);
        Derive(hash, default, isHmac: false, input[..writer.Position], bits, result);
    }

    private static void Derive(TpmAlgId hash, ReadOnlySpan<byte> key, bool isHmac, Span<byte> input, int bits, Span<byte> result)
    {
        Span<byte> block = stackalloc byte[TpmHash.MaxSize];
        uint counter = 0;
        for (int done = 0; done < result.Length;)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input, ++counter);
            int size = isHmac ? TpmHash.Hmac(hash, key, input, block) : TpmHash.Hash(hash, input, block);
            int taken = Math.Min(size, result.Length - done);
            block[..taken].CopyTo(result[done..]);
            done += taken;
        }

        if (bits % 8 != 0)
        {
            result[0] &= (byte)((1 << bits % 8) - 1);
        }

        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(input);
    }
}
