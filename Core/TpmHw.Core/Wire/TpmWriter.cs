using System.Buffers.Binary;

namespace TpmHw.Wire;

/// <summary>Writes a message front to back into a buffer that the caller owns.</summary>
public ref struct TpmWriter
{
    private readonly Span<byte> _bytes;
    private int _position;

    /// <summary>Starts at the first of <paramref name="bytes"/>.</summary>
    public TpmWriter(Span<byte> bytes) => _bytes = bytes;

    /// <summary>Bytes written so far.</summary>
    public readonly int Position => _position;

    /// <summary>What was written so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _bytes[.._position];

    /// <summary>Writes one byte.</summary>
    public void WriteUInt8(byte value) => Take(1)[0] = value;

    /// <summary>Writes a big-endian UINT16.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    /// <summary>Writes a big-endian UINT32.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    /// <summary>Writes a big-endian UINT64.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    /// <summary>Writes bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Writes a TPM2B: a UINT16 size and the bytes.</summary>
    /// <exception cref="ArgumentException">There are more bytes than <paramref name="maxSize"/>.</exception>
    public void WriteSized(ReadOnlySpan<byte> value, int maxSize = ushort.MaxValue)
    {
        if (value.Length > maxSize)
        {
            throw new ArgumentException($"{value.Length} bytes where the specification allows at most {maxSize}.", nameof(value));
        }

        WriteUInt16((ushort)value.Length);
        WriteBytes(value);
    }

    /// <summary>Writes a UINT8 size and the bytes.</summary>
    /// <exception cref="ArgumentException">There are more bytes than <paramref name="maxSize"/>.</exception>
    public void WriteSized8(ReadOnlySpan<byte> value, int maxSize = byte.MaxValue)
    {
        if (value.Length > maxSize)
        {
            throw new ArgumentException($"{value.Length} bytes where the specification allows at most {maxSize}.", nameof(value));
        }

        WriteUInt8((byte)value.Length);
        WriteBytes(value);
    }

    /// <summary>Writes a TPMI_YES_NO.</summary>
    public void WriteYesNo(bool value) => WriteUInt8(value ? (byte)1 : (byte)0);

    /// <summary>Leaves room for a UINT16 size that <see cref="CloseSize16"/> fills in.</summary>
    /// <returns>The position to hand to <see cref="CloseSize16"/>.</returns>
    public int OpenSize16()
    {
        WriteUInt16(0);
        return _position;
    }

    /// <summary>Fills in the size of what was written since <see cref="OpenSize16"/>.</summary>
    public readonly void CloseSize16(int start) => BinaryPrimitives.WriteUInt16BigEndian(_bytes[(start - 2)..], checked((ushort)(_position - start)));

    /// <summary>Leaves room for a UINT32 size that <see cref="CloseSize32"/> fills in.</summary>
    /// <returns>The position to hand to <see cref="CloseSize32"/>.</returns>
    public int OpenSize32()
    {
        WriteUInt32(0);
        return _position;
    }

    /// <summary>Fills in the size of what was written since <see cref="OpenSize32"/>.</summary>
    public readonly void CloseSize32(int start) => BinaryPrimitives.WriteUInt32BigEndian(_bytes[(start - 4)..], (uint)(_position - start));

    private Span<byte> Take(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - _position))
        {
            throw new ArgumentException($"The message does not fit: it takes more than {_bytes.Length} bytes.");
        }

        Span<byte> taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }
}
