using System.Buffers.Binary;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.Registers;
using TpmHw.Wire;

namespace TpmHw.Transports.I2c;

/// <summary>TPM registers over I2C as a chip has them that is older than the PTP.</summary>
/// <remarks>Registers that it does not have are answered for it: they read as what it is, and writing them does nothing.</remarks>
internal sealed class I2cDialectBus : ITpmRegisterBus
{
    private const uint ImpossibleAccess = 0x48;
    private const byte NotOthers = (byte)(TpmAccess.Valid | TpmAccess.NotEstablished);
    private const byte Ours = NotOthers | (byte)TpmAccess.ActiveLocality;

    // Without one of these nobody needs burstCount, and a status that is polled costs one access.
    private const TpmStsFlags Moving = TpmStsFlags.CommandReady | TpmStsFlags.Expect | TpmStsFlags.DataAvail;

    private readonly II2cPort _port;
    private readonly I2cDialect _dialect;
    private readonly IGpioLine? _interrupt;
    private readonly I2cLink _link;
    private readonly byte[] _ahead; // what the first read of a response took beyond what was asked for
    private int _aheadStart;
    private int _aheadEnd;
    private int _burst;
    private bool _isFirst; // nothing of the response was read yet

    public I2cDialectBus(II2cPort port, I2cDialect dialect, IGpioLine? interruptLine = null)
    {
        _port = port;
        _dialect = dialect;
        _interrupt = interruptLine;
        _link = new I2cLink(port, dialect.Guard, dialect.ReadSuffix, dialect.SignalsReady ? interruptLine : null);
        _ahead = new byte[dialect.TakesFirstBurstWhole ? dialect.MaxData : 0];
    }

    public string Name => _port.Name;

    public int MaxFifoTransfer => Math.Min(_link.MaxData, _dialect.MaxData);

    public int MaxCommandSize => _dialect.MaxCommand;

    public TpmClock Clock => _port.Clock;

    public bool HasInterruptLine => _interrupt is not null && !_dialect.SignalsReady;

    public void Read(TpmRegister register, byte locality, Span<byte> value)
    {
        switch (register)
        {
            case TpmRegister.Sts:
                Answer(value, ReadStatus(locality));
                break;
            case TpmRegister.DataFifo:
                ReadFifo(locality, value);
                break;
            case TpmRegister.DidVid:
                Answer(value, ReadDidVid());
                break;
            case TpmRegister.InterfaceId:
                Answer(value, _dialect.InterfaceId);
                break;
            case TpmRegister.Access when _dialect.AddressOf(register) is null || IsBeyond(locality):
                value[0] = locality == 0 ? Ours : NotOthers;
                break;
            case TpmRegister.Access:
                _link.ReadSane(AddressOf(register, locality), value, ImpossibleAccess);
                break;
            case TpmRegister.IntfCapability when _dialect.AddressOf(register) is null:
                Answer(value, (uint)_dialect.Version << 28);
                break;
            default:
                ReadRegister(register, locality, value);
                break;
        }
    }

    public void Write(TpmRegister register, byte locality, ReadOnlySpan<byte> value)
    {
        if (register is TpmRegister.HashStart or TpmRegister.HashEnd)
        {
            throw new TpmTransportException(TpmFault.NotSupported, $"A TPM on I2C that is older than the PTP has no hash sequence ({Name}).");
        }

        if (_dialect.AddressOf(register) is null || IsBeyond(locality))
        {
            return;
        }

        byte address = (byte)(AddressOf(register, locality) | _dialect.WriteFlag);
        switch (register)
        {
            case TpmRegister.Sts:
                WriteStatus(address, value);
                break;
            case TpmRegister.DataFifo:
                _link.Write(_dialect.FifoWrite ?? address, value);
                break;
            default:
                _link.Write(address, value);
                break;
        }
    }

    public bool WaitForInterrupt(TimeSpan time, CancellationToken cancellationToken) =>
        HasInterruptLine
            ? _interrupt!.WaitForFall(time, cancellationToken)
            : throw new InvalidOperationException($"{Name} has no interrupt line that tells when a command is done.");

    public void Dispose()
    {
        _port.Dispose();
        _interrupt?.Dispose();
    }

    private bool IsBeyond(byte locality) => locality != 0 && _dialect.LocalityShift is null;

    private byte AddressOf(TpmRegister register, byte locality) => At(_dialect.AddressOf(register)!.Value, locality);

    private byte At(byte address, byte locality) => (byte)(address | (locality << (_dialect.LocalityShift ?? 0)));

    /// <summary>Status and burstCount in one word, from wherever they are.</summary>
    private uint ReadStatus(byte locality)
    {
        if (_aheadStart < _aheadEnd)
        {
            return (uint)(TpmStsFlags.Valid | TpmStsFlags.DataAvail) | ((uint)(_aheadEnd - _aheadStart) << 8);
        }

        Span<byte> bytes = stackalloc byte[4];
        bytes.Clear();
        bool isWhole = _dialect.BurstCount.Length == 0;
        _link.ReadSane(AddressOf(TpmRegister.Sts, locality), isWhole ? bytes : bytes[..1], _dialect.ImpossibleStatus);
        var flags = (TpmStsFlags)bytes[0];
        if (!isWhole && (flags & Moving) != 0)
        {
            int at = 1;
            foreach ((byte Address, int Length) part in _dialect.BurstCount)
            {
                _link.Read(At(part.Address, locality), bytes.Slice(at, part.Length));
                at += part.Length;
            }

            bytes[3] = 0; // of burstCount where that has three bytes
        }

        Span<byte> burst = bytes[1..3];
        _burst = BinaryPrimitives.ReadUInt16LittleEndian(burst);
        if ((flags & TpmStsFlags.DataAvail) == 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(burst, (ushort)Math.Max(0, _burst - _dialect.BurstReserve));
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private void WriteStatus(byte address, ReadOnlySpan<byte> value)
    {
        _aheadStart = _aheadEnd = 0;
        _ahead.AsSpan().Clear(); // a response can hold secrets
        _isFirst = true;
        Span<byte> bytes = stackalloc byte[_dialect.StatusSize];
        bytes.Clear();
        value[..Math.Min(value.Length, bytes.Length)].CopyTo(bytes);
        if (!bytes.ContainsAnyExcept((byte)0))
        {
            return; // commandCancel, which a status of one byte has no room for
        }

        _link.Write(address, bytes);
        if (bytes[0] == (byte)TpmStsFlags.CommandReady)
        {
            _link.Rest(_dialect.AfterCommandReady);
        }
    }

    private void ReadFifo(byte locality, Span<byte> value)
    {
        byte address = AddressOf(TpmRegister.DataFifo, locality);
        int first = _isFirst ? Math.Min(_burst, Math.Min(_ahead.Length, MaxFifoTransfer)) : 0;
        _isFirst = false;
        if (first > value.Length)
        {
            // A chip may count beyond the response's end; what it gives there is nothing.
            _link.Read(address, _ahead.AsSpan(0, first));
            int size = first < TpmHeader.Size ? first : (int)Math.Min((uint)first, TpmHeader.Read(_ahead).TotalSize);
            (_aheadStart, _aheadEnd) = (0, Math.Max(size, value.Length));
        }

        int ready = Math.Min(value.Length, _aheadEnd - _aheadStart);
        _ahead.AsSpan(_aheadStart, ready).CopyTo(value);
        _aheadStart += ready;
        if (ready < value.Length)
        {
            _link.Read(address, value[ready..]);
        }
    }

    private uint ReadDidVid()
    {
        if (_dialect.Identity.Length == 0)
        {
            // Nothing says who it is; whether it is there, TPM_ACCESS does.
            Span<byte> access = stackalloc byte[1];
            Read(TpmRegister.Access, 0, access);
            return access[0] switch
            {
                0 => 0,
                byte.MaxValue => uint.MaxValue,
                _ => _dialect.DidVid(0),
            };
        }

        Span<byte> bytes = stackalloc byte[4];
        uint read = 0;
        foreach (byte address in _dialect.Identity)
        {
            _link.Read(address, bytes);
            read = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if (Array.IndexOf(_dialect.Chips, _dialect.DidVid(read)) >= 0)
            {
                break;
            }
        }

        return read is 0 or uint.MaxValue ? read : _dialect.DidVid(read);
    }

    private void ReadRegister(TpmRegister register, byte locality, Span<byte> value)
    {
        value.Clear();
        if (_dialect.AddressOf(register) is null || IsBeyond(locality))
        {
            return;
        }

        _link.Read(AddressOf(register, locality), value);
    }

    private static void Answer(Span<byte> value, uint register)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, register);
        bytes[..value.Length].CopyTo(value);
    }
}
