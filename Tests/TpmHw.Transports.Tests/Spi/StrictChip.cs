using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Tests.Spi;

/// <summary>
/// The bus side of a TPM on SPI, as strict as a chip: it takes a frame bit for bit, knows nothing but what arrived
/// under one chip select, and notes every frame that was not one.
/// </summary>
internal sealed class StrictChip(bool canHold = true) : ISpiPort
{
    private const int HeaderSize = 4, MaxExchange = 4096;

    private readonly byte[] _header = new byte[HeaderSize];
    private readonly byte[] _written = new byte[64];
    private int _position; // bytes of this frame so far
    private int _ready; // the byte after which data comes; -1 while that is not known
    private int _dataBytes;

    /// <summary>Wait bytes by register and direction (true reads); endless where negative.</summary>
    public Func<TpmRegister, bool, int> Waits { get; set; } = static (_, _) => 0;

    /// <summary>The time that each exchange takes.</summary>
    public TimeSpan ExchangeTime { get; set; }

    /// <summary>What MISO is held at, and the chip doesn't see; null where nothing holds it.</summary>
    public byte? StuckAt { get; set; }

    /// <summary>The header's ready bit is set although the chip is not.</summary>
    public bool HeaderLies { get; set; }

    /// <summary>The exchange, counted from now, that the controller fails.</summary>
    public int FailAt { get; set; } = -1;

    public Dictionary<TpmRegister, byte[]> Registers { get; } = [];

    /// <summary>What reading the FIFO gives; popped as it is clocked out.</summary>
    public Queue<byte> Response { get; } = [];

    /// <summary>What was pushed into the FIFO.</summary>
    public List<byte> Command { get; } = [];

    /// <summary>The values that reached registers, in order.</summary>
    public List<(TpmRegister Register, byte Locality, byte[] Value)> Writes { get; } = [];

    /// <summary>Frames that ended before their last byte, or went on after it.</summary>
    public List<string> Broken { get; } = [];

    /// <summary>The headers of all frames.</summary>
    public List<string> Headers { get; } = [];

    public int Frames { get; private set; }

    public int Exchanges { get; private set; }

    public long Bytes { get; private set; }

    public bool IsSelected { get; private set; }

    public bool IsDisposed { get; private set; }

    public TestClock Time { get; } = new();

    public string Name => "strict";

    public bool CanHoldChipSelect => canHold;

    public int ClockHz => 10_000_000;

    public TpmClock Clock => Time;

    private bool IsRead => (_header[0] & 0x80) != 0;

    private int Size => (_header[0] & 0x3F) + 1;

    private byte Locality => (byte)(_header[2] >> 4);

    private TpmRegister Register => (TpmRegister)(((_header[2] & 0xF) << 8) | _header[3]);

    private bool IsFifo => Register is TpmRegister.DataFifo or TpmRegister.XDataFifo;

    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        Assert.Equal(output.Length, input.Length);
        Assert.InRange(output.Length, 1, MaxExchange);
        Assert.True(canHold || !hold, "The port can't hold chip select.");
        Exchanges++;
        Time.Advance(ExchangeTime);
        if (FailAt-- == 0)
        {
            Release();
            throw new TpmTransportException(TpmFault.InputOutput, "The controller failed.");
        }

        if (!IsSelected)
        {
            IsSelected = true;
            Frames++;
            (_position, _ready, _dataBytes) = (0, -1, 0);
        }

        for (int i = 0; i < output.Length; i++)
        {
            byte mosi = output[i]; // the spans may be one
            input[i] = StuckAt ?? Clocked(mosi);
            Bytes++;
            Time.Advance(TimeSpan.FromSeconds(8.0 / ClockHz));
        }

        if (!hold)
        {
            Release();
        }
    }

    public void Deselect()
    {
        if (IsSelected)
        {
            Release();
        }
    }

    public void Dispose() => IsDisposed = true;

    private byte Clocked(byte mosi)
    {
        int position = _position++;
        if (position < HeaderSize)
        {
            _header[position] = mosi;
            if (position < HeaderSize - 1)
            {
                return 0xFF; // undefined
            }

            Assert.Equal(0xD4, _header[1]);
            Assert.Equal(0, _header[0] & 0x40);
            int waits = Waits(Register, IsRead);
            _ready = waits < 0 ? int.MaxValue : HeaderSize + waits;
            Headers.Add(Convert.ToHexString(_header));
            return waits == 0 || HeaderLies ? (byte)0xFF : (byte)0xFE;
        }

        if (position < _ready)
        {
            return position == _ready - 1 ? (byte)0x5B : (byte)0x5A;
        }

        return IsRead ? NextRead() : NextWritten(mosi);
    }

    private byte NextRead()
    {
        int index = _dataBytes++;
        if (IsFifo)
        {
            return Response.TryDequeue(out byte value) ? value : (byte)0xFF;
        }

        byte[] register = Registers.GetValueOrDefault(Register, []);
        return index < Size && index < register.Length ? register[index] : (byte)0xFF;
    }

    private byte NextWritten(byte mosi)
    {
        int index = _dataBytes++;
        if (index < Size)
        {
            _written[index] = mosi;
        }

        return 0xA5; // undefined, and no wait any more
    }

    private void Release()
    {
        if (!IsSelected)
        {
            return;
        }

        IsSelected = false;
        if (StuckAt is not null)
        {
            return;
        }

        if (!IsRead && _dataBytes > 0)
        {
            byte[] value = _written[..Math.Min(_dataBytes, Size)];
            if (IsFifo)
            {
                Command.AddRange(value);
            }
            else
            {
                Writes.Add((Register, Locality, value));
            }
        }

        if (_position < HeaderSize || _dataBytes != Size)
        {
            Broken.Add($"{Convert.ToHexString(_header)}: {_dataBytes} of {Size} bytes");
        }
    }
}

/// <summary>Nothing but wait bytes and ones, and no allocation.</summary>
internal sealed class PlainPort(int waits) : ISpiPort
{
    private int _position;

    public string Name => "plain";

    public bool CanHoldChipSelect => true;

    public int ClockHz => 10_000_000;

    public TpmClock Clock { get; } = new TestClock();

    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        for (int i = 0; i < input.Length; i++, _position++)
        {
            input[i] = _position < 3 + waits ? (byte)0 : (byte)0xFF;
        }

        _position = hold ? _position : 0;
    }

    public void Deselect() => _position = 0;

    public void Dispose() => Deselect();
}

/// <summary>A clock that stands still unless something advances it.</summary>
internal sealed class TestClock : TpmClock
{
    private TimeSpan _now;

    public override TimeSpan Now => _now;

    public void Advance(TimeSpan time) => _now += time;

    public override void Wait(TimeSpan time, CancellationToken cancellationToken) => _now += time;
}
