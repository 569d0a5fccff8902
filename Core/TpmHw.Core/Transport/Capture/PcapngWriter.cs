using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TpmHw.Transport;

/// <summary>Gathers blocks of a pcapng file (IETF draft-ietf-opsawg-pcapng), in little-endian order, times in nanoseconds.</summary>
internal sealed class PcapngWriter
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const ushort LinkTypeRaw = 101; // packets start with their IP header
    private const byte Nanoseconds = 9;

    private readonly ArrayBufferWriter<byte> _blocks = new(16 * 1024);
    private int _block;

    /// <summary>The blocks since <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Blocks => _blocks.WrittenSpan;

    /// <summary>Forgets the blocks and zeroes the memory that they were in.</summary>
    public void Clear() => _blocks.Clear();

    /// <summary>What a file starts with: the section, and its one interface.</summary>
    public void WriteStart(string application, string interfaceName, string interfaceDescription)
    {
        Begin(SectionHeader);
        UInt32(0x1A2B3C4D); // byte-order magic
        UInt16(1); // version 1.0
        UInt16(0);
        UInt32(uint.MaxValue); // section length not given
        UInt32(uint.MaxValue);
        Option(4, application);
        End();

        Begin(InterfaceDescription);
        UInt16(LinkTypeRaw);
        UInt16(0);
        UInt32(0); // packets are not cut
        Option(2, interfaceName);
        Option(3, interfaceDescription);
        Option(9, [Nanoseconds]);
        End();
    }

    /// <summary>A packet, with a comment for the reader where it is not null.</summary>
    public void WritePacket(DateTimeOffset time, ReadOnlySpan<byte> packet, string? comment)
    {
        ulong nanoseconds = (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;
        Begin(EnhancedPacket);
        UInt32(0); // interface
        UInt32((uint)(nanoseconds >> 32));
        UInt32((uint)nanoseconds);
        UInt32((uint)packet.Length); // captured
        UInt32((uint)packet.Length); // on the wire
        Padded(packet);
        if (comment is not null)
        {
            Option(1, comment);
        }

        End();
    }

    private void Begin(uint type)
    {
        _block = _blocks.WrittenCount;
        UInt32(type);
        UInt32(0); // the size, once it is known
    }

    private void End()
    {
        UInt32(0); // end of options
        uint size = (uint)(_blocks.WrittenCount - _block + 4);
        UInt32(size);
        BinaryPrimitives.WriteUInt32LittleEndian(WrittenAt(_block + 4), size);
    }

    private Span<byte> WrittenAt(int position) =>
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(_blocks.WrittenMemory).Span[position..];

    private void Option(ushort code, string text)
    {
        const int LongestText = 2000; // far below the format's 64 KiB, whatever the characters
        Option(code, Encoding.UTF8.GetBytes(text.Length > LongestText ? text[..LongestText] : text));
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        UInt16(code);
        UInt16((ushort)value.Length);
        Padded(value);
    }

    private void Padded(ReadOnlySpan<byte> value)
    {
        _blocks.Write(value);
        _blocks.Write("\0\0\0"u8[..(-value.Length & 3)]);
    }

    private void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_blocks.GetSpan(2), value);
        _blocks.Advance(2);
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_blocks.GetSpan(4), value);
        _blocks.Advance(4);
    }
}
