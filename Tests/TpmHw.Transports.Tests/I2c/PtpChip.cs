using System.Buffers.Binary;
using TpmHw.Transport;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

/// <summary>
/// The I2C side of a TPM with the PTP's registers, before a FIFO that judges as well: it takes messages as they arrive,
/// and notes every one that came too soon, or that a chip would not have expected.
/// </summary>
internal sealed class PtpChip(FifoFake fifo) : II2cPort
{
    private const int AfterReadRead = 20, AfterReadWrite = 19, AfterWriteRead = 18, AfterWriteWrite = 17, RepeatedStart = 30;

    private static readonly TimeSpan s_byte = TimeSpan.FromMicroseconds(22.5); // nine clocks at 400 kHz

    private int _register = -1;
    private byte _locality;
    private byte _checksumEnabled;
    private uint _checksum;
    private TimeSpan _end = TimeSpan.MinValue;
    private TimeSpan _begin;
    private bool _lastWasRead;
    private bool _nacked;

    /// <summary>TPM_I2C_INTERFACE_CAPABILITY: no guard times.</summary>
    public uint Capability { get; set; }

    public bool HasChecksum { get; set; } = true;

    public FifoFake Fifo => fifo;

    /// <summary>Whether the next message is acknowledged.</summary>
    public Func<bool> Acknowledges { get; set; } = static () => true;

    /// <summary>Damages what goes through the FIFO: true is the way to the TPM.</summary>
    public Action<bool, Span<byte>> Damage { get; set; } = static (_, _) => { };

    /// <summary>Changes what a register reads.</summary>
    public Action<byte, Span<byte>> OnRead { get; set; } = static (_, _) => { };

    /// <summary>The messages: W and what was written, R and how many bytes were read, both for a repeated start.</summary>
    public List<string> Log { get; } = [];

    public bool KeepsLog { get; init; } = true;

    public List<string> Violations { get; } = [];

    public string Name => "chip";

    public TpmClock Clock => fifo.Clock;

    public int MaxTransfer { get; set; } = 65;

    public bool CanCombine { get; set; } = true;

    public bool IsDisposed { get; private set; }

    /// <summary>The time that the messages have taken.</summary>
    public TimeSpan OnWire { get; private set; }

    /// <summary>Messages longer than this are what the controller can't do.</summary>
    public int Longest { get; set; } = int.MaxValue;

    public bool Write(ReadOnlySpan<byte> bytes)
    {
        Note(bytes, 0);
        return Begin(isRead: false, bytes.Length) && End(isRead: false, 1 + bytes.Length, Take(bytes));
    }

    public bool Read(Span<byte> bytes)
    {
        Note([], bytes.Length);
        return Begin(isRead: true, bytes.Length) && End(isRead: true, 1 + bytes.Length, Give(bytes));
    }

    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read)
    {
        Note(written, read.Length);
        Judge(CanCombine, "a repeated start that the port can't do");
        Judge((Capability & (1u << RepeatedStart)) == 0 || Guard == TimeSpan.Zero, "a repeated start without guard time");
        return Begin(isRead: false, Math.Max(written.Length, read.Length))
            && End(isRead: true, 2 + written.Length + read.Length, Take(written) && Give(read));
    }

    public void Reset()
    {
        _locality = 0;
        _checksumEnabled = 0;
        fifo.LoseLocality(-1);
    }

    public void Dispose()
    {
        IsDisposed = true;
        fifo.Dispose();
    }

    private void Note(ReadOnlySpan<byte> written, int read)
    {
        if (KeepsLog)
        {
            Log.Add((written.IsEmpty ? "" : "W " + Convert.ToHexString(written)) + (!written.IsEmpty && read > 0 ? " " : "") + (read > 0 ? "R " + read : ""));
        }
    }

    private TimeSpan Guard => TimeSpan.FromMicroseconds((Capability >> 9) & 0xFF);

    private bool Begin(bool isRead, int length)
    {
        Judge(length >= 1 && length <= MaxTransfer, "a message longer than the port takes");
        if (length > Longest)
        {
            MaxTransfer = Longest;
            throw new TpmTransportException(TpmFault.NotSupported, "Too long.");
        }

        _begin = Clock.Now;
        TimeSpan idle = _end == TimeSpan.MinValue ? TimeSpan.MaxValue : Clock.Now - _end;
        int pair = _lastWasRead ? isRead ? AfterReadRead : AfterReadWrite : isRead ? AfterWriteRead : AfterWriteWrite;
        TimeSpan wanted = _nacked ? TimeSpan.FromMicroseconds(250) : (Capability & (1u << pair)) != 0 ? Guard : TimeSpan.Zero;
        Judge(idle >= wanted, "guard time");
        _nacked = !Acknowledges();
        if (_nacked)
        {
            End(isRead, 1, true);
        }

        return !_nacked;
    }

    private bool End(bool isRead, int bytes, bool done)
    {
        Clock.Wait(s_byte * bytes);
        OnWire += Clock.Now - _begin;
        _lastWasRead = isRead;
        _end = Clock.Now;
        return done;
    }

    private void Judge(bool right, string rule)
    {
        if (!right)
        {
            Violations.Add(rule);
        }
    }

    private bool Take(ReadOnlySpan<byte> message)
    {
        _register = message[0];
        Span<byte> room = stackalloc byte[64];
        Span<byte> data = room[..(message.Length - 1)];
        message[1..].CopyTo(data);
        if (data.IsEmpty)
        {
            return true;
        }

        switch (_register)
        {
            case 0x00:
                Judge(data.Length == 1 && data[0] <= 4, "TPM_LOC_SEL");
                _locality = data[0];
                break;
            case 0x40:
                _checksumEnabled = HasChecksum ? data[0] : (byte)0;
                break;
            case 0x24:
                Damage(true, data);
                Count(data);
                fifo.Write(TpmRegister.DataFifo, _locality, data);
                break;
            case 0x18:
                _checksum = 0;
                fifo.Write(TpmRegister.Sts, _locality, data);
                break;
            case 0x04 or 0x08 or 0x10:
                fifo.Write((TpmRegister)(_register == 4 ? 0 : _register), _locality, data);
                break;
            default:
                Judge(false, $"write of 0x{_register:X2}");
                break;
        }

        return true;
    }

    private bool Give(Span<byte> data)
    {
        uint value = 0;
        TpmRegister? register = null;
        switch (_register)
        {
            case 0x04:
                register = TpmRegister.Access;
                break;
            case 0x08 or 0x10 or 0x14 or 0x18 or 0x24:
                register = (TpmRegister)_register;
                break;
            case 0x30:
                value = Capability;
                break;
            case 0x40:
                value = _checksumEnabled;
                break;
            case 0x44:
                value = BinaryPrimitives.ReverseEndianness((ushort)_checksum);
                break;
            case 0x48:
                register = TpmRegister.DidVid;
                break;
            default:
                Judge(false, $"read of 0x{_register:X2}");
                break;
        }

        if (register is { } known)
        {
            fifo.Read(known, _locality, data);
        }
        else
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            bytes[..data.Length].CopyTo(data);
        }

        if (_register == 0x14)
        {
            data[1..].Clear(); // the other buses have more in it
        }

        if (_register == 0x24)
        {
            Count(data);
            Damage(false, data);
        }

        OnRead((byte)_register, data);
        return true;
    }

    private void Count(ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            _checksum = Kermit(_checksum, b);
        }
    }

    // Highest bit first and mirrored, unlike the driver's.
    private static uint Kermit(uint crc, byte value)
    {
        uint mirrored = Mirror(crc, 16) ^ (Mirror(value, 8) << 8);
        for (int i = 0; i < 8; i++)
        {
            mirrored = ((mirrored << 1) ^ ((mirrored & 0x8000) != 0 ? 0x1021u : 0)) & 0xFFFF;
        }

        return Mirror(mirrored, 16);
    }

    private static uint Mirror(uint value, int bits)
    {
        uint result = 0;
        for (int i = 0; i < bits; i++)
        {
            result |= ((value >> i) & 1) << (bits - 1 - i);
        }

        return result;
    }
}
