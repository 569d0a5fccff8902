using System.Security.Cryptography;
using TpmHw.Spec;

namespace TpmHw.Crypto;

/// <summary>The hashes of TPM_ALG_ID as .NET has them.</summary>
internal static class TpmHash
{
    /// <summary>Bytes of the longest digest.</summary>
    public const int MaxSize = 64;

    /// <summary>Bytes of a digest.</summary>
    /// <exception cref="NotSupportedException">It is no hash that .NET has.</exception>
    public static int SizeOf(TpmAlgId hash) => Find(hash)?.Size ?? throw NotSupported(hash);

    /// <summary>Bytes of a digest; null where it is no hash that .NET has.</summary>
    public static int? TrySizeOf(TpmAlgId hash) => Find(hash)?.Size;

    /// <summary>The name .NET has for it.</summary>
    /// <exception cref="NotSupportedException">It is no hash that .NET has.</exception>
    public static HashAlgorithmName NameOf(TpmAlgId hash) => Find(hash)?.Name ?? throw NotSupported(hash);

    /// <summary>Hashes data into the start of <paramref name="digest"/>.</summary>
    /// <returns>The digest's length.</returns>
    public static int Hash(TpmAlgId hash, ReadOnlySpan<byte> data, Span<byte> digest) =>
        CryptographicOperations.HashData(NameOf(hash), data, digest);

    /// <summary>Hashes data.</summary>
    public static byte[] Hash(TpmAlgId hash, ReadOnlySpan<byte> data) => CryptographicOperations.HashData(NameOf(hash), data);

    /// <summary>Makes an HMAC into the start of <paramref name="mac"/>.</summary>
    /// <returns>The HMAC's length.</returns>
    public static int Hmac(TpmAlgId hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac) =>
        CryptographicOperations.HmacData(NameOf(hash), key, data, mac);

    private static (HashAlgorithmName Name, int Size)? Find(TpmAlgId hash) => hash switch
    {
        TpmAlgId.Sha1 => (HashAlgorithmName.SHA1, 20),
        TpmAlgId.Sha256 => (HashAlgorithmName.SHA256, 32),
        TpmAlgId.Sha384 => (HashAlgorithmName.SHA384, 48),
        TpmAlgId.Sha512 => (HashAlgorithmName.SHA512, 64),
        TpmAlgId.Sha3_256 => (HashAlgorithmName.SHA3_256, 32),
        TpmAlgId.Sha3_384 => (HashAlgorithmName.SHA3_384, 48),
        TpmAlgId.Sha3_512 => (HashAlgorithmName.SHA3_512, 64),
        _ => null,
    };

    private static NotSupportedException NotSupported(TpmAlgId hash) => new($"{hash.SpecName() ?? hash.ToString()} is no hash that can be computed here.");
}
