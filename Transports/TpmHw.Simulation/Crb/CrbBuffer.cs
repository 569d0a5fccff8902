using System.Buffers.Binary;
using TpmHw.Wire;

namespace TpmHw.Simulation;

/// <summary>The memory that a CRB's commands and responses are in. What is longer than the memory goes through it in parts.</summary>
internal sealed class CrbBuffer(CommandEngine engine, int size)
{
    private readonly byte[] _bytes = new byte[size];
    private int _written;
    private int _given;
    private int _first;
    private int _readTo;

    /// <summary>How many bytes of the response are here.</summary>
    public int Readable { get; private set; }

    /// <summary>Whether what was written, with the parts before it, is one whole command.</summary>
    public bool IsWhole
    {
        get
        {
            int length = engine.CommandLength + _written;
            uint declared = engine.CommandLength > 0 ? engine.DeclaredSize : BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(2));
            return length >= TpmHeader.Size && declared == (uint)length;
        }
    }

    /// <summary>Whether the response's last byte was read.</summary>
    public bool IsReadToEnd => _readTo >= engine.ResponseLength;

    public uint Read(int offset, int count)
    {
        _readTo = Math.Max(_readTo, _first + offset + count);
        uint value = 0;
        for (int i = 0; i < count; i++)
        {
            value |= (uint)_bytes[offset + i] << (8 * i);
        }

        return value;
    }

    public void Write(int offset, uint value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _bytes[offset + i] = (byte)(value >> (8 * i));
        }

        _written = Math.Max(_written, offset + count);
    }

    /// <summary>Takes a full buffer as a part of the command.</summary>
    public bool TakePart()
    {
        bool isPart = _written == _bytes.Length && _written < engine.Room;
        if (isPart)
        {
            TakeAll();
        }

        return isPart;
    }

    /// <summary>Hands on what was written, as far as there is room for it.</summary>
    public void TakeAll()
    {
        for (int i = 0; i < _written && !engine.IsFull; i++)
        {
            engine.Take(_bytes[i]);
        }

        _written = 0;
    }

    /// <summary>Puts the next part of the response here, or the first again.</summary>
    public bool GivePart(bool again)
    {
        _given = again ? 0 : _given;
        if (_given >= engine.ResponseLength)
        {
            return false;
        }

        _first = _given;
        Readable = Math.Min(_bytes.Length, engine.ResponseLength - _given);
        for (int i = 0; i < Readable; i++)
        {
            _bytes[i] = engine.Give(_given++);
        }

        return true;
    }

    public void Clear()
    {
        engine.Clear();
        _bytes.AsSpan().Clear();
        _written = _given = _first = _readTo = Readable = 0;
    }
}
