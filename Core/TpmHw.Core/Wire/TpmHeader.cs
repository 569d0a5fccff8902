using System.Buffers.Binary;

namespace TpmHw.Wire;

/// <summary>The ten bytes before every command and response: tag, total size, command or response code (Part 1, 18).</summary>
/// <param name="Tag">TPM_ST_NO_SESSIONS, TPM_ST_SESSIONS, or a TPM 1.2 tag.</param>
/// <param name="TotalSize">Size of the whole message in bytes, header included.</param>
/// <param name="Code">Command code of a command, response code of a response.</param>
public readonly record struct TpmHeader(ushort Tag, uint TotalSize, uint Code)
{
    /// <summary>The header's size in bytes.</summary>
    public const int Size = 10;

    /// <summary>TPM_ST_NO_SESSIONS (Part 2, 6.9).</summary>
    public const ushort NoSessions = 0x8001;

    /// <summary>TPM_ST_SESSIONS (Part 2, 6.9).</summary>
    public const ushort Sessions = 0x8002;

    /// <summary>TPM_TAG_RQU_COMMAND: a TPM 1.2 command without authorization (TPM Main Part 2, 6).</summary>
    public const ushort RequestTpm12 = 0x00C1;

    /// <summary>TPM_TAG_RQU_AUTH2_COMMAND: a TPM 1.2 command with two authorizations; the tag before it is for one.</summary>
    public const ushort RequestTpm12TwoAuths = 0x00C3;

    /// <summary>TPM_TAG_RSP_COMMAND: a TPM 1.2 response without authorization, and TPM_ST_RSP_COMMAND of a TPM 2.0 that was sent a bad tag.</summary>
    public const ushort ResponseTpm12 = 0x00C4;

    /// <summary>TPM_TAG_RSP_AUTH2_COMMAND: a TPM 1.2 response with two authorizations; the tag before it is for one.</summary>
    public const ushort ResponseTpm12TwoAuths = 0x00C6;

    /// <summary>Whether the tag is one of TPM 1.2's commands.</summary>
    public bool IsTpm12Request => Tag is >= RequestTpm12 and <= RequestTpm12TwoAuths;

    /// <summary>Whether the tag is one that a response can have, of either family.</summary>
    public bool HasResponseTag => Tag is NoSessions or Sessions or >= ResponseTpm12 and <= ResponseTpm12TwoAuths;

    /// <summary>Reads the header that a message starts with.</summary>
    /// <exception cref="TpmFormatException">There are fewer than ten bytes.</exception>
    public static TpmHeader Read(ReadOnlySpan<byte> message) => message.Length >= Size
        ? new(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            BinaryPrimitives.ReadUInt32BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(message[6..]))
        : throw new TpmFormatException($"A message of {message.Length} bytes has no header: that takes {Size}.");

    /// <summary>Writes the header to the message's start.</summary>
    public void Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(message, Tag);
        BinaryPrimitives.WriteUInt32BigEndian(message[2..], TotalSize);
        BinaryPrimitives.WriteUInt32BigEndian(message[6..], Code);
    }
}
