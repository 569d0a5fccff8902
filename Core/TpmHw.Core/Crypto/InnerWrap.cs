using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Crypto;

/// <summary>
/// The inner encryption of a duplicate (Part 1, 23.3.2.2): a symmetric key, which goes to the TPM beside it, hides the
/// sensitive area and a digest that ties it to the object's Name.
/// </summary>
internal static class InnerWrap
{
    private const int MaxSensitive = 4096;

    /// <summary>How it encrypts.</summary>
    public static TpmtSymDefObject Cipher { get; } = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);

    /// <summary>Encrypts a sensitive area.</summary>
    /// <param name="sensitive">The sensitive area.</param>
    /// <param name="nameAlg">The object's name algorithm.</param>
    /// <param name="name">The object's Name.</param>
    /// <param name="key">Where the key goes, which is made for this once.</param>
    /// <exception cref="NotSupportedException">.NET has not got the name algorithm.</exception>
    public static byte[] Encrypt(in TpmtSensitive sensitive, TpmAlgId nameAlg, ReadOnlySpan<byte> name, Span<byte> key)
    {
        byte[] room = GC.AllocateUninitializedArray<byte>(MaxSensitive, pinned: true);
        Span<byte> zeros = stackalloc byte[16];
        zeros.Clear();
        try
        {
            int digest = TpmHash.SizeOf(nameAlg);
            int start = sizeof(ushort) + digest;
            var writer = new TpmWriter(room.AsSpan(start));
            new Tpm2bSensitive(sensitive).Write(ref writer);
            int clear = writer.Position;
            writer.WriteBytes(name);
            var integrity = new TpmWriter(room);
            integrity.WriteUInt16((ushort)digest);
            TpmHash.Hash(nameAlg, writer.Written, room.AsSpan(sizeof(ushort)));

            RandomNumberGenerator.Fill(key);
            using var aes = Aes.Create();
            aes.SetKey(key);
            byte[] encrypted = new byte[aes.GetCiphertextLengthCfb(start + clear, PaddingMode.Zeros, 8 * zeros.Length)];
            aes.EncryptCfb(room.AsSpan(0, start + clear), zeros, encrypted, PaddingMode.Zeros, 8 * zeros.Length);
            return encrypted[..(start + clear)];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }
}
