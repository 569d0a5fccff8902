using System.Buffers.Binary;

namespace TpmHw.Transports.Usb;

/// <summary>Commands of FTDI's engine (AN 108) that go out in one transfer, and how many bytes they will be answered with.</summary>
internal sealed class MpsseBatch
{
    private const byte WriteFalling = 0x11, ExchangeBytes = 0x31, ReadRising = 0x20, WriteFallingBits = 0x13, ReadRisingBits = 0x22;
    private const byte SetLow = 0x80, ReadLow = 0x81, SetHigh = 0x82, ReadHigh = 0x83, LoopbackOff = 0x85, SetDivisor = 0x86, SendImmediate = 0x87;
    private const byte Base60MHz = 0x8A, Base12MHz = 0x8B, ThreePhasesOn = 0x8C, ThreePhasesOff = 0x8D, AdaptiveOn = 0x96, AdaptiveOff = 0x97, DriveZeroOnly = 0x9E;

    private byte[] _bytes = new byte[512];
    private int _length;

    /// <summary>The commands.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Bytes that come back.</summary>
    public int Answers { get; private set; }

    /// <summary>Clock cycles that they take, as far as it matters for how long to wait.</summary>
    public long Clocks { get; private set; }

    public void Clear()
    {
        _bytes.AsSpan(0, _length).Clear(); // data can hold secrets
        _length = Answers = 0;
        Clocks = 0;
    }

    /// <summary>A command that there is not: the engine answers it with 0xFA and itself.</summary>
    public void Invalid(byte command)
    {
        Add([command]);
        Answers += 2;
    }

    /// <summary>Levels and directions of ADBUS; a bit of the direction that is set makes an output.</summary>
    public void Low(ushort value, ushort direction) => Add([SetLow, (byte)value, (byte)direction]);

    /// <summary>Levels and directions of ACBUS, in the upper bytes.</summary>
    public void High(ushort value, ushort direction) => Add([SetHigh, (byte)(value >> 8), (byte)(direction >> 8)]);

    /// <summary>Asks for the levels of ADBUS.</summary>
    public void AskLow() => Ask(ReadLow);

    /// <summary>Asks for the levels of ACBUS.</summary>
    public void AskHigh() => Ask(ReadHigh);

    /// <summary>Bytes in both directions: out on the falling edge, in on the rising one, which is SPI's mode 0.</summary>
    public void Exchange(ReadOnlySpan<byte> data)
    {
        Bytes8(ExchangeBytes, data.Length);
        Add(data);
        Answers += data.Length;
    }

    /// <summary>One byte out, changing while the clock is low.</summary>
    public void Write(byte value)
    {
        Bytes8(WriteFalling, 1);
        Add([value]);
    }

    /// <summary>One byte in.</summary>
    public void Read()
    {
        Bytes8(ReadRising, 1);
        Answers++;
    }

    /// <summary>Bits out, the highest one first.</summary>
    public void WriteBits(byte bits, int count)
    {
        Add([WriteFallingBits, (byte)(count - 1), bits]);
        Clocks += count;
    }

    /// <summary>One bit in; it is the lowest one of its answer.</summary>
    public void ReadBit()
    {
        Add([ReadRisingBits, 0]);
        Answers++;
        Clocks++;
    }

    /// <summary>Has what there is sent to the host at once.</summary>
    public void Flush() => Add([SendImmediate]);

    /// <summary>The clock's rate, and that it neither waits for an echo nor is sent back to the input.</summary>
    public void Clock(MpsseClock clock)
    {
        Add([clock.IsBase60MHz ? Base60MHz : Base12MHz, AdaptiveOff, clock.HasThreePhases ? ThreePhasesOn : ThreePhasesOff, LoopbackOff]);
        Add([SetDivisor, (byte)clock.Divisor, (byte)(clock.Divisor >> 8)]);
    }

    /// <summary>The clock waits for its own echo on ADBUS7.</summary>
    public void WaitForEcho() => Add([AdaptiveOn]);

    /// <summary>These outputs drive low only, and let go for high. For FT232H.</summary>
    public void OpenDrain(ushort lines) => Add([DriveZeroOnly, (byte)lines, (byte)(lines >> 8)]);

    private void Ask(byte command)
    {
        Add([command]);
        Answers++;
    }

    private void Bytes8(byte command, int count)
    {
        Span<byte> header = stackalloc byte[3];
        header[0] = command;
        BinaryPrimitives.WriteUInt16LittleEndian(header[1..], checked((ushort)(count - 1)));
        Add(header);
        Clocks += 8L * count;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
        {
            byte[] before = _bytes;
            _bytes = new byte[Math.Max(2 * before.Length, _length + bytes.Length)];
            before.AsSpan(0, _length).CopyTo(_bytes);
            before.AsSpan().Clear();
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
