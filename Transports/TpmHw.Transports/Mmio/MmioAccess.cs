using System.Buffers.Binary;

namespace TpmHw.Transports.Mmio;

/// <summary>Spans over a region, by aligned accesses only.</summary>
internal static class MmioAccess
{
    private const int Word = sizeof(uint);

    /// <summary>Refuses an access beyond the region, or across a word.</summary>
    public static void Check(int offset, int size, int length)
    {
        if (offset < 0 || offset > length - size)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The region has {length} bytes.");
        }

        if (offset % size != 0)
        {
            throw new ArgumentException($"An access of {size} bytes at offset 0x{offset:X} is not aligned.", nameof(offset));
        }
    }

    /// <summary>Reads bytes: words where they are aligned, single bytes before and after.</summary>
    public static void Read(this IMmioRegion region, int offset, Span<byte> value)
    {
        int at = 0;
        for (; at < value.Length && ((offset + at) % Word != 0 || value.Length - at < Word); at++)
        {
            value[at] = region.Read8(offset + at);
        }

        for (; value.Length - at >= Word; at += Word)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value[at..], region.Read32(offset + at));
        }

        for (; at < value.Length; at++)
        {
            value[at] = region.Read8(offset + at);
        }
    }

    /// <summary>Writes bytes: words where they are aligned, single bytes before and after.</summary>
    public static void Write(this IMmioRegion region, int offset, ReadOnlySpan<byte> value)
    {
        int at = 0;
        for (; at < value.Length && ((offset + at) % Word != 0 || value.Length - at < Word); at++)
        {
            region.Write8(offset + at, value[at]);
        }

        for (; value.Length - at >= Word; at += Word)
        {
            region.Write32(offset + at, BinaryPrimitives.ReadUInt32LittleEndian(value[at..]));
        }

        for (; at < value.Length; at++)
        {
            region.Write8(offset + at, value[at]);
        }
    }
}
