using System.Buffers.Binary;

namespace TpmHw.Transport;

/// <summary>
/// The packets of a TCP connection that never was: from 192.0.2.1, the host, to 192.0.2.2 port 2321, the TPM (addresses that
/// RFC 5737 keeps for documentation). Wireshark takes that port for a TPM 2.0, and what comes from the higher port for a command.
/// </summary>
internal sealed class TcpConversation
{
    /// <summary>The longest payload of one packet: an IPv4 packet is at most 65535 bytes.</summary>
    public const int MaxPayload = ushort.MaxValue - HeaderSize;

    private const int IPHeaderSize = 20;
    private const int HeaderSize = IPHeaderSize + 20;

    private readonly byte[] _packet;
    private readonly Side _host = new(0xC0000201, 50000);
    private readonly Side _tpm = new(0xC0000202, 2321);
    private ushort _identification;

    /// <summary>A conversation whose payloads have at most so many bytes.</summary>
    public TcpConversation(int maxPayload) => _packet = new byte[HeaderSize + Math.Min(maxPayload, MaxPayload)];

    /// <summary>Control bits (RFC 9293, 3.1).</summary>
    [Flags]
    public enum Control : byte
    {
        Fin = 0x01,
        Syn = 0x02,
        Push = 0x08,
        Ack = 0x10,
    }

    /// <summary>The next packet from the host or from the TPM. It is valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(bool fromHost, Control control, ReadOnlySpan<byte> payload = default)
    {
        (Side from, Side to) = fromHost ? (_host, _tpm) : (_tpm, _host);
        Span<byte> packet = _packet.AsSpan(0, HeaderSize + payload.Length);
        payload.CopyTo(packet[HeaderSize..]);

        // RFC 791, 3.1: version 4, five words; don't fragment; time to live; TCP
        packet[0] = 0x45;
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], _identification++);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], 0x4000);
        packet[8] = 64;
        packet[9] = 6;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], from.Address);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], to.Address);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Checksum(packet[..IPHeaderSize], 0));

        // RFC 9293, 3.1: five words, the widest window, no urgent data
        Span<byte> segment = packet[IPHeaderSize..];
        BinaryPrimitives.WriteUInt16BigEndian(segment, from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], to.Port);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], from.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], (control & Control.Ack) != 0 ? to.Sequence : 0);
        segment[12] = 5 << 4;
        segment[13] = (byte)control;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], ushort.MaxValue);
        BinaryPrimitives.WriteUInt32BigEndian(segment[16..], 0);
        uint pseudoHeader = Sum(packet[12..IPHeaderSize]) + 6 + (uint)segment.Length;
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], Checksum(segment, pseudoHeader));

        from.Sequence += (uint)payload.Length + ((control & (Control.Syn | Control.Fin)) != 0 ? 1u : 0);
        return packet;
    }

    /// <summary>Zeroes the packet of the last call.</summary>
    public void Clear() => Array.Clear(_packet);

    private static ushort Checksum(ReadOnlySpan<byte> bytes, uint start)
    {
        uint sum = start + Sum(bytes);
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>The sum of big-endian 16-bit words, a last odd byte being the upper half of one. It can't overflow: there are at most 64 KiB.</summary>
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)((bytes[i] << 8) + (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        }

        return sum;
    }

    private sealed class Side(uint address, ushort port)
    {
        public uint Address { get; } = address;

        public ushort Port { get; } = port;

        public uint Sequence { get; set; }
    }
}
