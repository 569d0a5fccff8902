using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TpmHw.Spec;

namespace TpmHw.Testing;

/// <summary>An event log as firmware writes it (PC Client Platform Firmware Profile, 10.2 and 10.4).</summary>
public static class EventLogBytes
{
    private const uint NoAction = 3;

    /// <summary>What the logs below measure: PCR, event type, data; the digests are the data's.</summary>
    public static IReadOnlyList<(uint Pcr, uint Type, byte[] Data)> Measured { get; } =
    [
        (0, 0x00000008, Encoding.Unicode.GetBytes("1.0\0")),                // EV_S_CRTM_VERSION
        (4, 0x80000007, Encoding.ASCII.GetBytes("Calling EFI Application")), // EV_EFI_ACTION
        (7, 0x00000004, [0, 0, 0, 0]),                                      // EV_SEPARATOR
        (4, 0x0000000D, Encoding.ASCII.GetBytes("grub_cmd: boot\0")),       // EV_IPL
    ];

    /// <summary>A log with SHA-1 digests only.</summary>
    public static byte[] Sha1() => [.. Measured.SelectMany(static e => Sha1Event(e.Pcr, e.Type, SHA1.HashData(e.Data), e.Data))];

    /// <summary>A crypto-agile log, of SHA-1 and SHA-256.</summary>
    public static byte[] Agile() =>
    [
        .. Sha1Event(0, NoAction, new byte[20],
        [
            .. "Spec ID Event03\0"u8,
            .. UInt32(0), 0, 2, 0, 2,                                        // platform class, version 2.00, errata, uintnSize
            .. UInt32(2), .. UInt16(TpmAlgId.Sha1), 20, 0, .. UInt16(TpmAlgId.Sha256), 32, 0,
            0,                                                               // no vendor information
        ]),
        .. Measured.SelectMany(static e => (byte[])
        [
            .. UInt32(e.Pcr), .. UInt32(e.Type), .. UInt32(2),
            .. UInt16(TpmAlgId.Sha1), .. SHA1.HashData(e.Data),
            .. UInt16(TpmAlgId.Sha256), .. SHA256.HashData(e.Data),
            .. UInt32((uint)e.Data.Length), .. e.Data,
        ]),
    ];

    private static byte[] Sha1Event(uint pcr, uint type, byte[] digest, byte[] data) =>
        [.. UInt32(pcr), .. UInt32(type), .. digest, .. UInt32((uint)data.Length), .. data];

    private static byte[] UInt16(TpmAlgId value) => [(byte)value, (byte)((uint)value >> 8)];

    private static byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
