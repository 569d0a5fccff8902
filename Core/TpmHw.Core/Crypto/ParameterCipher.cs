using System.Security.Cryptography;
using TpmHw.Spec;

namespace TpmHw.Crypto;

/// <summary>The encryption of a command's or response's first parameter (Part 1, 21).</summary>
/// <remarks>
/// One of it serves one caller at a time: it keeps what can be used again. .NET's CFB takes whole blocks only, and not
/// every system's library has it with feedback of a whole block (Windows 7's and Wine's have not), so CFB is made of CBC and ECB.
/// </remarks>
/// <param name="maxSize">The longest parameter, in bytes.</param>
internal sealed class ParameterCipher(int maxSize) : IDisposable
{
    private const int AesBlock = 16;
    private const int MaxAesKey = 32;

    private readonly TpmSecret _mask = new(maxSize + AesBlock);
    private Aes? _aes;

    /// <summary>Whether <see cref="Apply"/> can do it.</summary>
    public static bool IsSupported(TpmtSymDef symmetric) => symmetric.Algorithm switch
    {
        TpmAlgId.Null => true,
        TpmAlgId.Xor => TpmHash.TrySizeOf((TpmAlgId)symmetric.KeyBits) is not null,
        TpmAlgId.Aes => symmetric is { KeyBits: 128 or 192 or 256, Mode: TpmAlgId.Cfb },
        _ => false,
    };

    /// <summary>Encrypts or decrypts a parameter in place.</summary>
    /// <param name="symmetric">The session's cipher.</param>
    /// <param name="hash">The session's hash.</param>
    /// <param name="key">The session's key and the authorisation value of what it authorises.</param>
    /// <param name="newer">The nonce of the side that encrypts.</param>
    /// <param name="older">The other side's nonce.</param>
    /// <param name="encrypts">Whether to encrypt.</param>
    /// <param name="data">The parameter without its size.</param>
    public void Apply(
        TpmtSymDef symmetric, TpmAlgId hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> newer, ReadOnlySpan<byte> older, bool encrypts, Span<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        if (symmetric.Algorithm == TpmAlgId.Xor)
        {
            ApplyMask(hash, key, newer, older, data);
        }
        else
        {
            ApplyCfb(symmetric.KeyBits, hash, key, newer, older, encrypts, data);
        }
    }

    public void Dispose()
    {
        _mask.Dispose();
        _aes?.Dispose();
    }

    /// <summary>XOR obfuscation (Part 1, 21.2).</summary>
    private void ApplyMask(TpmAlgId hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> newer, ReadOnlySpan<byte> older, Span<byte> data)
    {
        Span<byte> mask = _mask.Resize(data.Length);
        TpmKdf.A(hash, key, "XOR"u8, newer, older, 8 * data.Length, mask);
        Add(mask, data);
    }

    /// <summary>AES in CFB mode, key and initialisation vector from KDFa (Part 1, 21.3).</summary>
    private void ApplyCfb(int keyBits, TpmAlgId hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> newer, ReadOnlySpan<byte> older, bool encrypts, Span<byte> data)
    {
        Span<byte> derived = stackalloc byte[MaxAesKey + AesBlock];
        derived = derived[..(keyBits / 8 + AesBlock)];
        TpmKdf.A(hash, key, "CFB"u8, newer, older, 8 * derived.Length, derived);
        ReadOnlySpan<byte> iv = derived[(keyBits / 8)..];
        _aes ??= Aes.Create();
        _aes.SetKey(derived[..(keyBits / 8)]);

        // Each block of cipher text, the first time the vector, encrypted once more is the mask of the block after it.
        Span<byte> mask = _mask.Resize((data.Length + AesBlock - 1) / AesBlock * AesBlock);
        data[..(mask.Length - AesBlock)].CopyTo(mask[AesBlock..]);
        if (encrypts)
        {
            mask[..AesBlock].Clear();
            _aes.EncryptCbc(mask, iv, mask, PaddingMode.None); // the chaining adds mask to plain text, which is cipher text
        }
        else
        {
            iv.CopyTo(mask);
            _aes.EncryptEcb(mask, mask, PaddingMode.None);
        }

        Add(mask, data);
        CryptographicOperations.ZeroMemory(derived);
    }

    private void Add(ReadOnlySpan<byte> mask, Span<byte> data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            data[i] ^= mask[i];
        }

        _mask.Resize(0);
    }
}
