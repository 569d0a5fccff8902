using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Simulation;

/// <summary>
/// A SPI controller with a modelled TPM on it: frames, wait states and chip select as PTP, 6.4.6 has them. It moves the
/// model's clock by the time that the bytes take on the wire.
/// </summary>
public sealed class SpiModelPort : ISpiPort
{
    private const int HeaderSize = 4;
    private const int RegisterSpace = 0xD4;
    private const int Localities = 5;

    private readonly FifoModel _model;
    private readonly SpiModelSettings _settings;
    private readonly MisoLine _miso;
    private long _byteTime;
    private readonly byte[] _header = new byte[HeaderSize];
    private readonly byte[] _sent = new byte[1024];
    private readonly byte[] _received = new byte[1024];
    private Step _step;
    private int _clocked;
    private int _waits;
    private int _waitsLeft;
    private int _data;
    private bool _isSelected;
    private bool _isBlind;
    private bool _isTooFast;
    private bool _isWhole;
    private TimeSpan _start;
    private TimeSpan _lastUse;
    private TimeSpan _awake;

    /// <summary>Puts a TPM on the bus.</summary>
    /// <param name="model">The TPM; disposed with the port.</param>
    /// <param name="settings">The controller; null for one at 10 MHz that can hold chip select.</param>
    public SpiModelPort(FifoModel model, SpiModelSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _settings = settings ?? new SpiModelSettings();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_settings.ClockHz, nameof(settings));
        _miso = new MisoLine(model.Faults);
        SetClock(_settings.ClockHz);
    }

    private enum Step
    {
        Header,
        Wait,
        Data,
        Past,
        Nowhere,
    }

    /// <inheritdoc/>
    public string Name => "sim:spi";

    /// <inheritdoc/>
    public bool CanHoldChipSelect => _settings.CanHoldChipSelect;

    /// <inheritdoc/>
    public int ClockHz { get; private set; }

    /// <inheritdoc/>
    public TpmClock Clock => _model.Clock;

    /// <summary>Looks at the frames, as a logic analyser does; null for nobody.</summary>
    public SpiFrameObserver? Observer { get; set; }

    private FifoProfile Profile => _model.Profile;

    private bool IsWrite => (_header[0] & 0x80) == 0;

    private int Size => (_header[0] & 0x3F) + 1;

    private int Locality => _header[2] >> 4;

    private int Offset => (_header[2] & 0x0F) << 8 | _header[3];

    private bool IsFifo => Offset is >= 0x024 and < 0x028 or >= 0x080 and < 0x0C0;

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        if (output.Length != input.Length)
        {
            throw new ArgumentException("An exchange has as many bytes in each direction.", nameof(input));
        }

        if (hold && !CanHoldChipSelect)
        {
            throw new NotSupportedException("This port can't hold chip select.");
        }

        _model.Counters.Exchanges++;
        _model.Clock.Advance(_settings.ExchangeTime);
        if (!_isSelected)
        {
            Select();
            _isWhole = output.Length > HeaderSize;
        }

        int dataStart = -1;
        for (int i = 0; i < output.Length; i++)
        {
            dataStart = dataStart < 0 && _step == Step.Data ? i : dataStart;
            byte received = _miso.Carry(Clocked(output[i]));
            Keep(output[i], received);
            input[i] = received;
        }

        if (dataStart >= 0 && !IsWrite)
        {
            _miso.Store(input[dataStart..]);
        }

        if (!hold)
        {
            Deselect();
        }
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        if (!_isSelected)
        {
            return;
        }

        _isSelected = false;
        JudgeEnd();
        if (_step == Step.Data)
        {
            _model.End(isWhole: false);
        }

        _lastUse = _model.Clock.Now;
        _model.Faults.CountAccess();
        int kept = Math.Min(_clocked, _sent.Length);
        Observer?.Invoke(new SpiFrame(_start, _lastUse, _sent.AsSpan(0, kept), _received.AsSpan(0, kept), _waits, Math.Min(_data, Math.Max(0, kept - HeaderSize - _waits))));
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _model.Dispose();

    /// <summary>Goes on at another rate, in hertz.</summary>
    internal void SetClock(int hertz)
    {
        ClockHz = hertz;
        _byteTime = 8_000_000_000_000 / hertz;
        _isTooFast = hertz > Profile.MaxClockHz;
    }

    private void Select()
    {
        _start = _model.Clock.Now;
        _model.Counters.Frames++;
        _model.Clock.Advance(_settings.FrameTime);
        _model.Settle();
        _isSelected = true;
        _step = Step.Header;
        _clocked = _waits = _waitsLeft = _data = 0;
        _isBlind = _model.IsAbsent || IsAsleep();
        if (_isTooFast)
        {
            _isTooFast = false;
            Record(TpmRule.ClockTooFast, string.Create(CultureInfo.InvariantCulture, $"{ClockHz} Hz; {Profile.Name} takes {Profile.MaxClockHz}"));
        }
    }

    /// <summary>Whether the chip does not hear this frame, which wakes it.</summary>
    private bool IsAsleep()
    {
        bool isFirst = _lastUse == TimeSpan.Zero;
        if (Profile.SleepsAfter is { } time && !isFirst && _start - _lastUse > time)
        {
            _awake = _start + Profile.WakeTime;
        }

        return _start < _awake || (!isFirst && _start - _lastUse < Profile.TransferGap);
    }

    /// <summary>One byte out to the chip, and the one that the chip sends at the same time.</summary>
    private byte Clocked(byte output)
    {
        _model.Counters.Bytes++;
        _model.Clock.AdvancePicoseconds(_byteTime);
        int index = _clocked++;
        if (_isBlind)
        {
            return 0xFF;
        }

        switch (_step)
        {
            case Step.Header:
                _header[index] = output;
                return index < HeaderSize - 1 ? Profile.IdleMiso : AfterHeader();
            case Step.Wait:
                _waits++;
                return --_waitsLeft == 0 ? Begin() : Flow(isReady: false);
            case Step.Data:
                return Data(output);
            default:
                return 0xFF;
        }
    }

    private byte AfterHeader()
    {
        if (_header[1] != RegisterSpace || Locality >= Localities)
        {
            _step = Step.Nowhere;
            Record(TpmRule.UnknownRegister, $"address 0x{_header[1]:X2}{_header[2]:X2}{_header[3]:X2}");
            return 0xFF;
        }

        _waitsLeft = !_model.Faults.IsOn(FaultKind.WaitStates, out int waits)
            ? !IsFifo ? Profile.Waits.Status : IsWrite ? Profile.Waits.FifoWrite : Profile.Waits.FifoRead
            : waits < 0 ? int.MaxValue : waits;
        if (_waitsLeft == 0)
        {
            return Begin();
        }

        _step = Step.Wait;
        return Flow(isReady: Profile.HeaderLies);
    }

    private byte Begin()
    {
        _step = Step.Data;
        _model.Begin(Locality, Offset, Size, IsWrite);
        return Flow(isReady: true);
    }

    private byte Data(byte output)
    {
        byte sent = Profile.IdleMiso;
        if (IsWrite)
        {
            _model.NextWrite(output);
        }
        else
        {
            sent = _model.NextRead();
        }

        if (++_data == Size)
        {
            _model.End(isWhole: true);
            _step = Step.Past;
        }

        return sent;
    }

    // Bit 0 is the one that means something.
    private byte Flow(bool isReady) => (byte)((Profile.IdleMiso & 0xFE) | (isReady ? 1 : 0));

    private void JudgeEnd()
    {
        if (_isBlind)
        {
            if (_clocked > 0 && !_model.IsAbsent)
            {
                Record(TpmRule.GuardTime, "the chip was asleep, or the last transfer was a moment ago");
            }

            return;
        }

        // A frame that ends before anything was taken or given does no harm: drivers give up a chip that waits, and
        // read registers on trial.
        switch (_step)
        {
            case Step.Header when _clocked > 0:
                Record(TpmRule.ChipSelectDropped, $"after {_clocked} bytes of the header");
                break;
            case Step.Wait when IsWrite && _isWhole && _waits > 0:
                Record(TpmRule.DataBeforeReady, $"{_waits} bytes were sent while the chip waited");
                break;
            case Step.Data when IsWrite || IsFifo:
                Record(IsWrite && _isWhole && _waits > 0 ? TpmRule.DataBeforeReady : TpmRule.ChipSelectDropped, $"after {_data} bytes of {Size}, with {_waits} wait bytes before");
                break;
            case Step.Wait or Step.Data:
                _model.Counters.AbandonedFrames++;
                break;
            case Step.Past when _clocked > HeaderSize + _waits + Size && (IsWrite || IsFifo):
                Record(TpmRule.BytesPastFrame, $"{_clocked - HeaderSize - _waits - Size} bytes after the last one");
                break;
        }
    }

    private void Keep(byte sent, byte received)
    {
        if (Observer is not null && _clocked <= _sent.Length)
        {
            _sent[_clocked - 1] = sent;
            _received[_clocked - 1] = received;
        }
    }

    private void Record(TpmRule rule, string detail)
    {
        bool hasAddress = _clocked >= HeaderSize;
        _model.Rules.Record(rule, hasAddress ? Locality : -1, hasAddress ? Offset : (int)TpmRegister.Access, detail);
    }
}
