using System.Buffers.Binary;
using TpmHw.Wire;

namespace TpmHw.Testing;

/// <summary>Whole commands as bytes, for tests below the command core.</summary>
public static class RawCommands
{
    /// <summary>TPM2_Startup(CLEAR), or TPM_Startup(ST_CLEAR).</summary>
    public static byte[] Startup(TpmFamily family) => family == TpmFamily.Tpm20
        ? Command(TpmHeader.NoSessions, 0x144, [0, 0])
        : Command(0x00C1, 0x99, [0, 1]);

    /// <summary>GetRandom of either family; the response is as long as <see cref="RandomResponseSize"/> says.</summary>
    public static byte[] GetRandom(TpmFamily family, int bytes) => family == TpmFamily.Tpm20
        ? Command(TpmHeader.NoSessions, 0x17B, [(byte)(bytes >> 8), (byte)bytes])
        : Command(0x00C1, 0x46, [0, 0, (byte)(bytes >> 8), (byte)bytes]);

    /// <summary>The size of the whole response to <see cref="GetRandom"/>.</summary>
    public static int RandomResponseSize(TpmFamily family, int bytes) => TpmHeader.Size + (family == TpmFamily.Tpm20 ? 2 : 4) + bytes;

    /// <summary>A command of ten bytes: TPM2_GetTestResult, or TPM_ContinueSelfTest.</summary>
    public static byte[] Smallest(TpmFamily family) => family == TpmFamily.Tpm20
        ? Command(TpmHeader.NoSessions, 0x17C, [])
        : Command(0x00C1, 0x53, []);

    /// <summary>A command of the given size that the TPM understands well enough to refuse: StirRandom with far too much.</summary>
    public static byte[] Biggest(TpmFamily family, int size) => family == TpmFamily.Tpm20
        ? Command(TpmHeader.NoSessions, 0x146, new byte[size - TpmHeader.Size])
        : Command(0x00C1, 0x47, new byte[size - TpmHeader.Size]);

    /// <summary>A command that every TPM refuses: there is no such command code.</summary>
    public static byte[] Unknown(TpmFamily family) => Command(family == TpmFamily.Tpm20 ? TpmHeader.NoSessions : (ushort)0x00C1, 0x1FF, []);

    /// <summary>TPM2_CreatePrimary of an RSA 2048 key in the null hierarchy, which keeps a TPM busy; TPM_SelfTestFull for TPM 1.2.</summary>
    public static byte[] Long(TpmFamily family)
    {
        if (family == TpmFamily.Tpm12)
        {
            return Command(0x00C1, 0x50, []);
        }

        byte[] unique = new byte[8];
        Random.Shared.NextBytes(unique);
        return Command(TpmHeader.Sessions, 0x131,
        [
            0x40, 0, 0, 7,                                       // TPM_RH_NULL
            0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0,            // one password session, empty
            0, 4, 0, 0, 0, 0,                                    // inSensitive: no auth, no data
            0, 34,                                               // inPublic
            0, 1, 0, 0x0B, 0, 3, 0, 0x72, 0, 0,                  // RSA, SHA-256, restricted decryption key, no policy
            0, 6, 0, 128, 0, 0x43, 0, 0x10,                      // AES-128-CFB, no scheme
            8, 0, 0, 0, 0, 0,                                    // 2048 bits, default exponent
            0, 8, .. unique,                                     // unique, new each time so that a key has to be found
            0, 0, 0, 0, 0, 0,                                    // no outside info, no PCRs
        ]);
    }

    /// <summary>Header and body.</summary>
    public static byte[] Command(ushort tag, uint code, ReadOnlySpan<byte> body)
    {
        byte[] command = new byte[TpmHeader.Size + body.Length];
        new TpmHeader(tag, (uint)command.Length, code).Write(command);
        body.CopyTo(command.AsSpan(TpmHeader.Size));
        return command;
    }

    /// <summary>A response without a body.</summary>
    public static byte[] Response(uint code) => Command(TpmHeader.NoSessions, code, []);

    /// <summary>A copy of a message with another size in its header.</summary>
    public static byte[] WithSize(ReadOnlySpan<byte> message, uint size)
    {
        byte[] copy = message.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(copy.AsSpan(2), size);
        return copy;
    }
}
