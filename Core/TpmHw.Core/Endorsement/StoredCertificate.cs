using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TpmHw.Endorsement;

/// <summary>
/// Certificates as they lie in NV memory: DER (EK Credential Profile, 2.2.1), with or without the header that the PC Client
/// specification for TPM 1.2 puts before it (7.3.2), padded to the size of the index.
/// </summary>
internal static class StoredCertificate
{
    private const byte Sequence = 0x30;

    // TCG_PCCLIENT_STORED_CERT: a tag, whether the certificate is whole, its size; within it may be TCG_FULL_CERT, a tag.
    private const ushort StoredTag = 0x1001;
    private const ushort FullTag = 0x1002;
    private const int HeaderSize = 5;

    /// <summary>What else was found in the place of certificates.</summary>
    private static readonly (byte[] Start, string Finding)[] s_others =
    [
        ([0x10, 0x01, 0x01], "it holds only a part of a certificate, by its header"),
        ([0x78, 0x01], "it holds compressed data (zlib)"),
        ([0x78, 0x5E], "it holds compressed data (zlib)"),
        ([0x78, 0x9C], "it holds compressed data (zlib)"),
        ([0x78, 0xDA], "it holds compressed data (zlib)"),
        ([0x1F, 0x8B], "it holds compressed data (gzip)"),
        ([.. "-----BEGIN"u8], "it holds text (PEM) instead of DER"),
    ];

    /// <summary>Reads the certificate at the start of an index; null with a finding if there is none.</summary>
    public static X509Certificate2? Read(ReadOnlySpan<byte> stored, out string? finding)
    {
        if (!stored.ContainsAnyExcept((byte)0x00, (byte)0xFF))
        {
            finding = "it holds nothing but padding";
            return null;
        }

        return Take(ref stored, out finding);
    }

    /// <summary>Reads certificates that lie one after the other, at most <paramref name="max"/>; padding between them is skipped.</summary>
    public static List<X509Certificate2> ReadAll(ReadOnlySpan<byte> stored, int max, out string? finding)
    {
        var all = new List<X509Certificate2>();
        finding = null;
        ReadOnlySpan<byte> rest = stored.TrimStart([(byte)0x00, (byte)0xFF]);
        while (!rest.IsEmpty && all.Count < max)
        {
            int at = stored.Length - rest.Length;
            if (Take(ref rest, out finding) is not { } one)
            {
                finding = string.Create(CultureInfo.InvariantCulture, $"at byte {at}: {finding}");
                return all;
            }

            all.Add(one);
            rest = rest.TrimStart([(byte)0x00, (byte)0xFF]);
        }

        return all;
    }

    /// <summary>Takes one certificate off the start.</summary>
    private static X509Certificate2? Take(ref ReadOnlySpan<byte> bytes, out string? finding)
    {
        ReadOnlySpan<byte> inner = bytes;
        if (!TryUnwrap(ref inner, out finding))
        {
            return null;
        }

        if (inner.IsEmpty || inner[0] != Sequence || !AsnDecoder.TryDecodeLength(inner[1..], AsnEncodingRules.BER, out int? length, out int lengthBytes) || length is null)
        {
            foreach ((byte[] start, string other) in s_others)
            {
                if (inner.StartsWith(start))
                {
                    finding = other;
                    return null;
                }
            }

            finding = $"it does not begin as a certificate does ({Convert.ToHexString(inner[..Math.Min(4, inner.Length)])})";
            return null;
        }

        long size = 1L + lengthBytes + length.Value;
        if (size > inner.Length)
        {
            finding = string.Create(CultureInfo.InvariantCulture, $"the certificate is cut off: {inner.Length} of its {size} bytes are there");
            return null;
        }

        try
        {
            X509Certificate2 one = X509CertificateLoader.LoadCertificate(inner[..(int)size]);
            bytes = inner[(int)size..];
            return one;
        }
        catch (CryptographicException e)
        {
            finding = $"the certificate is damaged ({e.Message})";
            return null;
        }
    }

    private static bool TryUnwrap(ref ReadOnlySpan<byte> bytes, out string? finding)
    {
        finding = null;
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(bytes) != StoredTag || bytes[2] != 0)
        {
            return true;
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        bytes = bytes[HeaderSize..];
        if (size > bytes.Length)
        {
            finding = string.Create(CultureInfo.InvariantCulture, $"the certificate is cut off: {bytes.Length} of the {size} bytes of its header are there");
            return false;
        }

        if (bytes.Length >= sizeof(ushort) && BinaryPrimitives.ReadUInt16BigEndian(bytes) == FullTag)
        {
            bytes = bytes[sizeof(ushort)..];
        }

        return true;
    }
}
