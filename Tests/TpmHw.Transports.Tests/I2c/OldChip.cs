using System.Buffers.Binary;
using TpmHw.Transport;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Tests.Registers;

namespace TpmHw.Transports.Tests.I2c;

/// <summary>The I2C side of a TPM that is older than the PTP, before a FIFO that judges as well.</summary>
internal abstract class OldChip(FifoFake fifo) : II2cPort
{
    private TimeSpan _end = TimeSpan.FromSeconds(-1);
    private bool _lastWasWrite;

    protected FifoFake Fifo => fifo;

    public List<string> Violations { get; } = [];

    public IEnumerable<string> AllViolations => Violations.Concat(fifo.Violations);

    public Func<bool> Acknowledges { get; set; } = static () => true;

    public string Name => GetType().Name;

    public TpmClock Clock => fifo.Clock;

    public virtual int MaxTransfer => 4096;

    public virtual bool CanCombine => true;

    public bool IsDisposed { get; private set; }

    /// <summary>The register that was selected for reading.</summary>
    protected int Register { get; set; } = -1;

    public bool Write(ReadOnlySpan<byte> bytes) => Begin() && End(bytes.Length, isWrite: true, Take(bytes));

    public bool Read(Span<byte> bytes) => Begin() && End(bytes.Length, isWrite: false, Give(bytes));

    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read)
    {
        Judge(CanCombine && Combines, "a repeated start");
        return Begin() && End(written.Length + read.Length, isWrite: false, Take(written) && Give(read));
    }

    public void Dispose()
    {
        IsDisposed = true;
        fifo.Dispose();
    }

    protected virtual bool Combines => false;

    /// <summary>The time that the chip needs after a message.</summary>
    protected abstract TimeSpan Guard(bool afterWrite);

    protected abstract bool Take(ReadOnlySpan<byte> message);

    protected abstract bool Give(Span<byte> data);

    protected void Judge(bool right, string rule)
    {
        if (!right)
        {
            Violations.Add(rule);
        }
    }

    protected uint Status(byte locality)
    {
        Span<byte> sts = stackalloc byte[4];
        fifo.Read(TpmRegister.Sts, locality, sts);
        return BinaryPrimitives.ReadUInt32LittleEndian(sts);
    }

    private bool Begin()
    {
        Judge(Clock.Now - _end >= Guard(_lastWasWrite), "guard time");
        return Acknowledges();
    }

    private bool End(int length, bool isWrite, bool done)
    {
        Clock.Wait(TimeSpan.FromMicroseconds(90) * (1 + length));
        _end = Clock.Now;
        _lastWasWrite = isWrite;
        return done;
    }
}

/// <summary>SLB9635 and SLB9645: low nibble register, high nibble locality.</summary>
internal sealed class InfineonChip(FifoFake fifo, bool isOlder) : OldChip(fifo)
{
    protected override bool Combines => !isOlder;

    protected override TimeSpan Guard(bool afterWrite) => TimeSpan.FromMicroseconds(55);

    protected override bool Take(ReadOnlySpan<byte> message)
    {
        Register = message[0];
        byte locality = (byte)(message[0] >> 4);
        ReadOnlySpan<byte> data = message[1..];
        switch (message[0] & 0xF)
        {
            case var _ when data.IsEmpty:
                break;
            case 0 when data.Length == 1:
                Fifo.Write(TpmRegister.Access, locality, data);
                break;
            case 1 when data.Length == 1:
                Fifo.Write(TpmRegister.Sts, locality, data);
                break;
            case 5:
                Fifo.Write(TpmRegister.DataFifo, locality, data);
                break;
            default:
                Judge(false, "write " + Convert.ToHexString(message));
                break;
        }

        return true;
    }

    protected override bool Give(Span<byte> data)
    {
        byte locality = (byte)(Register >> 4);
        switch (Register & 0xF)
        {
            case 0 when data.Length == 1:
                Fifo.Read(TpmRegister.Access, locality, data);
                break;
            case 1 when data.Length == 1:
                data[0] = (byte)Status(locality);
                break;
            case 2 when data.Length == 3:
                BinaryPrimitives.WriteUInt16LittleEndian(data, (ushort)(Status(locality) >> 8));
                data[2] = 0;
                break;
            case 5:
                Fifo.Read(TpmRegister.DataFifo, locality, data);
                break;
            case 6 when data.Length == 4:
                BinaryPrimitives.WriteUInt32LittleEndian(data, isOlder ? 0xD115_0B00 : 0x001A_15D1);
                break;
            default:
                Judge(Register is 0x48 or 0x60 or 0x20, $"read of 0x{Register:X2}, {data.Length} bytes"); // other chips' identities
                data.Fill(0xFF);
                break;
        }

        return true;
    }
}

/// <summary>Cr50 and Ti50: Infineon's map, 64 bytes of buffer, and time for itself or a ready line after each write.</summary>
internal sealed class GoogleChip(FifoFake fifo, uint identity) : OldChip(fifo)
{
    private bool _first;
    private int _burst;

    /// <summary>How long after a write it pulls its line.</summary>
    public TimeSpan ReadyAfter { get; set; } = TimeSpan.FromMilliseconds(20);

    public override int MaxTransfer => 64;

    protected override TimeSpan Guard(bool afterWrite) => afterWrite ? ReadyAfter : TimeSpan.Zero;

    protected override bool Take(ReadOnlySpan<byte> message)
    {
        Register = message[0];
        byte locality = (byte)(message[0] >> 4);
        ReadOnlySpan<byte> data = message[1..];
        if (data.Length == 0)
        {
            return true;
        }

        switch (message[0] & 0xF)
        {
            case 0 when data.Length == 1:
                Fifo.Write(TpmRegister.Access, locality, data);
                break;
            case 1 when data.Length == 4:
                _first = true;
                Fifo.Write(TpmRegister.Sts, locality, data[3] == 1 ? data : data[..1]);
                break;
            case 5:
                Judge(message.Length <= _burst, "the register's byte counts");
                Fifo.Write(TpmRegister.DataFifo, locality, data);
                _burst -= message.Length;
                break;
            default:
                Judge(false, "write " + Convert.ToHexString(message));
                break;
        }

        return true;
    }

    protected override bool Give(Span<byte> data)
    {
        byte locality = (byte)(Register >> 4);
        switch (Register & 0xF)
        {
            case 0 when data.Length == 1:
                Fifo.Read(TpmRegister.Access, locality, data);
                break;
            case 1 when data.Length == 4:
                uint status = Status(locality);
                _burst = (ushort)(status >> 8);
                if ((status & 0x10) != 0)
                {
                    _burst = Math.Min(_burst, Fifo.Remaining);
                }
                else
                {
                    _burst += _burst > 0 ? 1 : 0; // the register's byte is in the same buffer
                }

                status = (status & 0xFF) | ((uint)_burst << 8);

                BinaryPrimitives.WriteUInt32LittleEndian(data, status);
                break;
            case 5:
                Judge(!_first || data.Length == _burst, "the first burst was not read whole");
                _first = false;
                Fifo.Read(TpmRegister.DataFifo, locality, data);
                break;
            case 6 when data.Length == 4:
                BinaryPrimitives.WriteUInt32LittleEndian(data, identity);
                break;
            default:
                Judge(Register is 0x48 or 0x60 or 0x20, $"read of 0x{Register:X2}, {data.Length} bytes");
                data.Fill(0xFF);
                break;
        }

        return true;
    }
}

/// <summary>WPCT301, NPCT501 and NPCT6xx: SMBus blocks, no localities.</summary>
internal sealed class NuvotonChip(FifoFake fifo, byte identityAt = 0x60) : OldChip(fifo)
{
    private bool _first;

    protected override bool Combines => true;

    public override int MaxTransfer => 33;

    protected override TimeSpan Guard(bool afterWrite) => TimeSpan.Zero;

    protected override bool Take(ReadOnlySpan<byte> message)
    {
        Register = message[0];
        if (message.Length == 1)
        {
            return true;
        }

        Own();
        switch (Register)
        {
            case 0x00 when message.Length == 2:
                _first = true;
                Fifo.Write(TpmRegister.Sts, 0, message[1..]);
                break;
            case 0x20:
                Fifo.Write(TpmRegister.DataFifo, 0, message[1..]);
                break;
            default:
                Judge(false, "write " + Convert.ToHexString(message));
                break;
        }

        return true;
    }

    protected override bool Give(Span<byte> data)
    {
        Own();
        switch (Register)
        {
            case 0x00 when data.Length == 1:
                data[0] = (byte)Status(0);
                break;
            case 0x01 when data.Length == 1:
                data[0] = (byte)Burst();
                break;
            case 0x40:
                Judge(!_first || data.Length == Burst(), "the first burst was not read whole");
                _first = false;
                Fifo.Read(TpmRegister.DataFifo, 0, data);
                break;
            case 0x60 or 0x20 when data.Length == 4 && Register == identityAt:
                ((ReadOnlySpan<byte>)[0x50, 0x10, 0xFE, 0x0B]).CopyTo(data);
                break;
            default:
                Judge(Register is 0x60 or 0x48 or 0x06, $"read of 0x{Register:X2}, {data.Length} bytes");
                data.Fill(0xFF);
                break;
        }

        return true;
    }

    private int Burst()
    {
        uint status = Status(0);
        int burst = (ushort)(status >> 8);
        return (status & 0x10) != 0 ? Math.Min(burst, Fifo.Remaining) : burst;
    }

    // It has no localities: it is always its user's.
    private void Own()
    {
        if (Fifo.Owner != 0)
        {
            Fifo.Owner = 0;
        }
    }
}

/// <summary>ST33ZP24: TIS offsets, 0x80 for writes, a dummy byte before reads, status and burstCount byte by byte.</summary>
internal sealed class StChip(FifoFake fifo) : OldChip(fifo)
{
    protected override TimeSpan Guard(bool afterWrite) => TimeSpan.Zero;

    protected override bool Take(ReadOnlySpan<byte> message)
    {
        if ((message[0] & 0x80) == 0)
        {
            Judge(message is [_, 0xAA], "read " + Convert.ToHexString(message));
            Register = message[0];
            return true;
        }

        int register = message[0] & 0x7F;
        Judge(register == 0x24 || message.Length == 2, "write " + Convert.ToHexString(message));
        switch (register)
        {
            case 0x00 or 0x18 or 0x24:
                Fifo.Write((TpmRegister)register, 0, message[1..]);
                break;
            default:
                Judge(false, "write " + Convert.ToHexString(message));
                break;
        }

        return true;
    }

    protected override bool Give(Span<byte> data)
    {
        Judge(Register is 0x24 or 0x08 or 0x14 || data.Length == 1, $"read of 0x{Register:X2}, {data.Length} bytes");
        switch (Register)
        {
            case 0x00 or 0x24:
                Fifo.Read((TpmRegister)Register, 0, data);
                break;
            case 0x08:
                data.Clear();
                break;
            case 0x14:
                BinaryPrimitives.WriteUInt32LittleEndian(data, 0x0000_0095);
                break;
            case >= 0x18 and <= 0x1A:
                data[0] = (byte)(Status(0) >> (8 * (Register - 0x18)));
                break;
            default:
                Judge(false, $"read of 0x{Register:X2}");
                break;
        }

        return true;
    }
}
