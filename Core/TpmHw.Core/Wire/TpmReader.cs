using System.Buffers.Binary;

namespace TpmHw.Wire;

/// <summary>Reads a message front to back. It owns all bounds: what lies about its size is a <see cref="TpmFormatException"/>, never an index error.</summary>
public ref struct TpmReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private int _secrets;

    /// <summary>Starts at the first of <paramref name="bytes"/>.</summary>
    public TpmReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Reads one byte.</summary>
    public byte ReadUInt8() => Take(1)[0];

    /// <summary>Reads a big-endian UINT16.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>Reads a big-endian UINT32.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Reads a big-endian UINT64.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>Reads <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    /// <summary>Reads a TPM2B: a UINT16 size and that many bytes, at most <paramref name="maxSize"/>.</summary>
    public ReadOnlySpan<byte> ReadSized(int maxSize = ushort.MaxValue)
    {
        int size = ReadUInt16();
        return size <= maxSize ? Take(size) : throw Bad($"a size of {size} where at most {maxSize} is allowed");
    }

    /// <summary>Reads a UINT8 size and that many bytes, at most <paramref name="maxSize"/>.</summary>
    public ReadOnlySpan<byte> ReadSized8(int maxSize = byte.MaxValue)
    {
        int size = ReadUInt8();
        return size <= maxSize ? Take(size) : throw Bad($"a size of {size} where at most {maxSize} is allowed");
    }

    /// <summary>Reads a TPMI_YES_NO.</summary>
    public bool ReadYesNo() => ReadUInt8() switch
    {
        0 => false,
        1 => true,
        byte other => throw Bad($"{other} where 0 (NO) or 1 (YES) is expected"),
    };

    /// <summary>Reads a TPML's count, at most <paramref name="maxCount"/>; each item takes at least <paramref name="minItemSize"/> bytes.</summary>
    public int ReadCount(int maxCount, int minItemSize = 1)
    {
        uint count = ReadUInt32();
        if (count > (uint)maxCount)
        {
            throw Bad($"a count of {count} where at most {maxCount} is allowed");
        }

        return count * (long)minItemSize <= Remaining ? (int)count : throw Bad($"a count of {count} with {Remaining} bytes left");
    }

    /// <summary>A reader over the next <paramref name="count"/> bytes, which this one skips.</summary>
    public TpmReader Slice(int count) => new(Take(count)) { _secrets = _secrets };

    /// <summary>What <see cref="Copy"/> copies from here to <see cref="CloseSecret"/> is secret. It can be nested.</summary>
    internal void OpenSecret() => _secrets++;

    /// <summary>Ends what <see cref="OpenSecret"/> began.</summary>
    internal void CloseSecret() => _secrets--;

    /// <summary>A copy of bytes that were read; of secret ones, in memory that the collector does not move.</summary>
    internal readonly byte[] Copy(ReadOnlySpan<byte> bytes) => _secrets > 0 ? CopySecret(bytes) : bytes.ToArray();

    /// <summary>A copy of secret bytes: the collector does not move it and so leaves no second one behind when it is cleared.</summary>
    internal static byte[] CopySecret(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return [];
        }

        byte[] copy = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>Checks that everything was read.</summary>
    /// <exception cref="TpmFormatException">Bytes are left over.</exception>
    public readonly void ReadEnd()
    {
        if (Remaining != 0)
        {
            throw Bad($"{Remaining} bytes left over");
        }
    }

    /// <summary>The error for something at the current position that can't be.</summary>
    public readonly TpmFormatException Bad(string what) => new($"At byte {_position} of {_bytes.Length}: {what}.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            throw Bad($"{count} bytes expected and {Remaining} left");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }
}
