using System.Buffers.Binary;
using TpmHw.Wire;

namespace TpmHw.Simulation;

/// <summary>A CRB model's buffer, and the TPM behind it. A message longer than the buffer goes through it in parts.</summary>
internal sealed class CrbExecution(ITpmTransport tpm, int bufferSize) : IDisposable
{
    private readonly byte[] _buffer = new byte[bufferSize];
    private readonly byte[] _command = new byte[tpm.Info.MaxCommandSize];
    private readonly byte[] _response = new byte[tpm.Info.MaxResponseSize];
    private readonly ITpmLocality? _locality = tpm.FindAbility<ITpmLocality>();
    private int _earlier;
    private int _written;
    private int _responseLength;
    private int _given;

    /// <summary>How many commands were executed.</summary>
    public int Executed { get; private set; }

    /// <summary>Whether the command is to be answered with a cancellation in place of being executed.</summary>
    public bool Cancelled { get; set; }

    /// <summary>How many bytes of the response are in the buffer.</summary>
    public int Readable { get; private set; }

    /// <summary>Whether what was written is one whole command.</summary>
    public bool IsWhole => _earlier + _written >= TpmHeader.Size && DeclaredSize == (uint)(_earlier + _written);

    private uint DeclaredSize => BinaryPrimitives.ReadUInt32BigEndian((_earlier > 0 ? _command : _buffer).AsSpan(2));

    public uint Read(int offset, int size)
    {
        uint value = 0;
        for (int i = 0; i < size; i++)
        {
            value |= (uint)_buffer[offset + i] << (8 * i);
        }

        return value;
    }

    public void Write(int offset, uint value, int size)
    {
        for (int i = 0; i < size; i++)
        {
            _buffer[offset + i] = (byte)(value >> (8 * i));
        }

        _written = Math.Max(_written, offset + size);
    }

    /// <summary>Takes a full buffer as a part of the command.</summary>
    public bool TakePart()
    {
        if (_written != _buffer.Length || _earlier + _written >= _command.Length)
        {
            return false;
        }

        _buffer.CopyTo(_command, _earlier);
        _earlier += _written;
        _written = 0;
        return true;
    }

    /// <summary>Puts the next part of the response into the buffer, or the first again.</summary>
    public bool GivePart(bool again)
    {
        _given = again ? 0 : _given;
        if (_given >= _responseLength)
        {
            return false;
        }

        Readable = Math.Min(_buffer.Length, _responseLength - _given);
        _response.AsSpan(_given, Readable).CopyTo(_buffer);
        _given += Readable;
        return true;
    }

    /// <summary>Executes the command, and puts the response, or its first part, into the buffer.</summary>
    /// <param name="locality">The locality that started it.</param>
    /// <param name="falseSize">What the response's header is made to say.</param>
    public void Run(int locality, uint? falseSize)
    {
        bool whole = IsWhole;
        int length = Math.Min(_earlier + _written, _command.Length);
        _buffer.AsSpan(0, length - _earlier).CopyTo(_command.AsSpan(_earlier));
        if (Cancelled)
        {
            Answer(TpmRc.Canceled);
        }
        else if (!whole)
        {
            Answer(TpmRc.CommandSize);
        }
        else
        {
            if (_locality is not null && _locality.Locality != locality)
            {
                _locality.Locality = locality;
            }

            Executed++;
            _responseLength = tpm.Transmit(_command.AsSpan(0, length), _response);
        }

        if (falseSize is { } size)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_response.AsSpan(2), size);
        }

        _given = 0;
        GivePart(again: true);
    }

    public void Clear()
    {
        _buffer.AsSpan().Clear();
        _command.AsSpan().Clear();
        _response.AsSpan().Clear();
        _earlier = _written = _responseLength = _given = Readable = 0;
        Cancelled = false;
    }

    public void Dispose() => tpm.Dispose();

    private void Answer(uint code)
    {
        _responseLength = TpmHeader.Size;
        new TpmHeader(TpmHeader.NoSessions, TpmHeader.Size, code).Write(_response);
    }
}
