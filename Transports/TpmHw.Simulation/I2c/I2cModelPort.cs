using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>
/// An I2C controller with a modelled TPM on it: messages, acknowledgements, guard times and clock stretching. It moves
/// the model's clock by the time that the bits take on the wire.
/// </summary>
public sealed class I2cModelPort : II2cPort
{
    private const int BitsOfByte = 9; // one is the acknowledgement

    private readonly II2cChip _chip;
    private readonly I2cModelSettings _settings;
    private readonly MisoLine _sda;
    private readonly ReadyLine? _ready;
    private readonly long _bitTime;
    private readonly byte _address;
    private bool _isTooFast;
    private bool? _lastWasRead;
    private TimeSpan _lastEnd;
    private TimeSpan _start;
    private long _messages;

    /// <summary>Puts a TPM on the bus.</summary>
    /// <param name="model">The TPM, whose profile has a part for I2C; disposed with the port.</param>
    /// <param name="settings">The controller; null for one at 100 kHz.</param>
    /// <exception cref="ArgumentException">The chip has no I2C.</exception>
    public I2cModelPort(FifoModel model, I2cModelSettings? settings = null)
        : this(I2cRegisters.Of(model), settings)
    {
    }

    /// <summary>Puts a TPM without registers on the bus.</summary>
    /// <param name="model">The TPM; disposed with the port.</param>
    /// <param name="settings">The controller; null for one at 100 kHz.</param>
    public I2cModelPort(AtmelModel model, I2cModelSettings? settings = null)
        : this((II2cChip)(model ?? throw new ArgumentNullException(nameof(model))), settings)
    {
    }

    private I2cModelPort(II2cChip chip, I2cModelSettings? settings)
    {
        _chip = chip;
        _settings = settings ?? new I2cModelSettings();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_settings.ClockHz, nameof(settings));
        _bitTime = 1_000_000_000_000 / _settings.ClockHz;
        _sda = new MisoLine(chip.Model.Faults);
        _address = _settings.Address ?? chip.Traits.Address;
        _ready = chip.Traits.HasReadyLine ? new ReadyLine(chip.Model.Clock) : null;
        _isTooFast = _settings.ClockHz > chip.Traits.MaxClockHz;
    }

    /// <inheritdoc/>
    public string Name => "sim:i2c";

    /// <inheritdoc/>
    public TpmClock Clock => _chip.Model.Clock;

    /// <inheritdoc/>
    public int MaxTransfer => _settings.MaxTransfer;

    /// <inheritdoc/>
    public bool CanCombine => _settings.CanCombine;

    /// <summary>The line that falls when the chip is ready after a write; null where the chip has none.</summary>
    public IGpioLine? ReadyLine => _ready;

    /// <summary>Looks at the messages, as a logic analyser does; null for nobody.</summary>
    public I2cMessageObserver? Observer { get; set; }

    private FaultBoard Faults => _chip.Model.Faults;

    private I2cTraits Traits => _chip.Traits;

    private BusCounters Counters => _chip.Model.Counters;

    private VirtualClock VirtualClock => _chip.Model.Clock;

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        Call(bytes.Length);
        return WriteOne(bytes, goesOn: false);
    }

    /// <inheritdoc/>
    public bool Read(Span<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length, nameof(bytes));
        Call(bytes.Length);
        return ReadOne(bytes, isRepeated: false);
    }

    /// <inheritdoc/>
    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read)
    {
        ArgumentOutOfRangeException.ThrowIfZero(read.Length, nameof(read));
        if (!CanCombine)
        {
            throw new NotSupportedException("This port can't repeat a start.");
        }

        Call(Math.Max(written.Length, read.Length));
        return WriteOne(written, goesOn: true) && ReadOne(read, isRepeated: true);
    }

    /// <summary>Disposes the model.</summary>
    public void Dispose() => _chip.Model.Dispose();

    private void Call(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxTransfer);
        Counters.Exchanges++;
        VirtualClock.Advance(_settings.CallTime);
    }

    private bool WriteOne(ReadOnlySpan<byte> bytes, bool goesOn)
    {
        bool isAcknowledged = Start(isRead: false, bytes.Length, isRepeated: false);
        if (isAcknowledged && !bytes.IsEmpty) // an address alone only asks who is there
        {
            _chip.Begin(isRead: false, bytes.Length);
            foreach (byte b in bytes)
            {
                AdvanceByte();
                _chip.Take(b);
            }

            _chip.End();
        }

        Stop(isRead: false, isRepeated: false, isAcknowledged, bytes, goesOn);
        return isAcknowledged;
    }

    private bool ReadOne(Span<byte> bytes, bool isRepeated)
    {
        bool isAcknowledged = Start(isRead: true, bytes.Length, isRepeated);
        if (isAcknowledged)
        {
            _chip.Begin(isRead: true, bytes.Length);
            foreach (ref byte b in bytes)
            {
                AdvanceByte();
                b = _sda.Carry(_chip.Give());
            }

            _chip.End();
            _sda.Store(bytes);
        }

        Stop(isRead: true, isRepeated, isAcknowledged, bytes);
        return isAcknowledged;
    }

    /// <summary>Start and address.</summary>
    /// <returns>Whether the chip acknowledges.</returns>
    private bool Start(bool isRead, int length, bool isRepeated)
    {
        _start = VirtualClock.Now;
        _messages++;
        Counters.Frames++;
        _chip.Settle();
        Faults.CountAccess();
        if (Faults.IsOn(FaultKind.SdaStuckLow))
        {
            throw I2cModelError.StuckLow(Name);
        }

        bool isAcknowledged = Admits(isRead, length, isRepeated);
        VirtualClock.AdvancePicoseconds(_bitTime);
        AdvanceByte();
        Stretch(isAcknowledged);
        return isAcknowledged;
    }

    /// <summary>The stop, unless a repeated start follows.</summary>
    private void Stop(bool isRead, bool isRepeated, bool isAcknowledged, ReadOnlySpan<byte> bytes, bool goesOn = false)
    {
        VirtualClock.AdvancePicoseconds(goesOn && isAcknowledged ? 0 : _bitTime);
        if (isAcknowledged)
        {
            _lastEnd = VirtualClock.Now;
            _lastWasRead = isRead;
            if (!isRead)
            {
                _ready?.FallsAt(_lastEnd + Traits.GuardTime);
            }
        }
        else
        {
            Counters.NotAcknowledged++;
        }

        Observer?.Invoke(new I2cMessage(_start, VirtualClock.Now, _address, isRead, isRepeated, isAcknowledged, isAcknowledged ? bytes : default));
    }

    private bool Admits(bool isRead, int length, bool isRepeated)
    {
        if (_address != Traits.Address || Faults.IsOn(FaultKind.Absent) || Faults.IsOn(FaultKind.NackStorm)
            || (Faults.IsOn(FaultKind.NackEvery, out int every) && _messages % Math.Max(every, 1) == 0))
        {
            return false;
        }

        if (_isTooFast)
        {
            _isTooFast = false;
            Record(TpmRule.ClockTooFast, string.Create(CultureInfo.InvariantCulture, $"{_settings.ClockHz} Hz; {_chip.Model.ProfileName} takes {Traits.MaxClockHz}"));
        }

        return KeepsApart(isRead, isRepeated) && !_chip.IsBusy(isRead) && IsShort(length);
    }

    /// <summary>Whether the message leaves the one before as much time as the chip needs.</summary>
    private bool KeepsApart(bool isRead, bool isRepeated)
    {
        if (isRepeated && !Traits.CanRepeatStart)
        {
            Record(TpmRule.RepeatedStart, $"{_chip.Model.ProfileName} needs a stop between a register and its value");
            return false;
        }

        I2cGuards guard = (_lastWasRead, isRead) switch
        {
            (null, _) => I2cGuards.None,
            _ when isRepeated => I2cGuards.RepeatedStart,
            (true, true) => I2cGuards.ReadRead,
            (true, false) => I2cGuards.ReadWrite,
            (false, true) => I2cGuards.WriteRead,
            (false, false) => I2cGuards.WriteWrite,
        };
        TimeSpan gap = _start - _lastEnd;
        if ((Traits.Guards & guard) == 0 || gap >= Traits.GuardTime)
        {
            return true;
        }

        Record(TpmRule.GuardTime, string.Create(
            CultureInfo.InvariantCulture, $"{guard} {gap.TotalMicroseconds:F1} µs after the last message; {_chip.Model.ProfileName} needs {Traits.GuardTime.TotalMicroseconds}"));
        return false;
    }

    private bool IsShort(int length)
    {
        if (length <= Traits.MaxMessage)
        {
            return true;
        }

        Record(TpmRule.MessageTooLong, string.Create(CultureInfo.InvariantCulture, $"{length} bytes; {_chip.Model.ProfileName} takes {Traits.MaxMessage}"));
        return false;
    }

    private void Stretch(bool isAcknowledged)
    {
        TimeSpan time = !isAcknowledged ? TimeSpan.Zero
            : Faults.IsOn(FaultKind.ClockStretched, out int microseconds) ? TimeSpan.FromMicroseconds(microseconds)
            : Traits.StretchTime;
        if (time > _settings.Patience)
        {
            VirtualClock.Advance(_settings.Patience);
            throw I2cModelError.Stretched(Name, _settings.Patience);
        }

        VirtualClock.Advance(time);
    }

    private void AdvanceByte()
    {
        Counters.Bytes++;
        VirtualClock.AdvancePicoseconds(BitsOfByte * _bitTime);
    }

    private void Record(TpmRule rule, string detail) => _chip.Model.Rules.Record(rule, -1, (int)TpmRegister.Access, detail);
}
