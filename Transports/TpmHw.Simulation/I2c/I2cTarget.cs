using System.Globalization;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>A chip as the bus sees it: which messages it acknowledges, and what it holds against them. Whoever is in front of it moves the clock.</summary>
internal sealed class I2cTarget
{
    private readonly II2cChip _chip;
    private readonly MisoLine _sda;
    private readonly ReadyLine? _ready;
    private int _clockHz;
    private bool _isTooFast;
    private bool? _lastWasRead;
    private TimeSpan _lastEnd;
    private TimeSpan _start;
    private long _messages;
    private bool _isRead;
    private bool _isAcknowledged;
    private bool _isInside;

    public I2cTarget(II2cChip chip, int clockHz)
    {
        _chip = chip;
        _sda = new MisoLine(chip.Model.Faults);
        _ready = chip.Traits.HasReadyLine ? new ReadyLine(chip.Model.Clock) : null;
        SetClock(clockHz);
    }

    public TpmModel Model => _chip.Model;

    public FaultBoard Faults => _chip.Model.Faults;

    public I2cTraits Traits => _chip.Traits;

    /// <summary>The line that falls when the chip is ready after a write; null where the chip has none.</summary>
    public ReadyLine? Ready => _ready;

    /// <summary>The wire, for what a controller makes of it.</summary>
    public MisoLine Sda => _sda;

    /// <summary>When the message began.</summary>
    public TimeSpan Start => _start;

    /// <summary>For how long it holds SCL low in the message.</summary>
    public TimeSpan Stretch => !_isAcknowledged ? TimeSpan.Zero
        : Faults.IsOn(FaultKind.ClockStretched, out int microseconds) ? TimeSpan.FromMicroseconds(microseconds)
        : Traits.StretchTime;

    public void SetClock(int hertz)
    {
        _clockHz = hertz;
        _isTooFast = hertz > Traits.MaxClockHz;
    }

    /// <summary>A start.</summary>
    public void Begin()
    {
        _start = Model.Clock.Now;
        _messages++;
        Model.Counters.Frames++;
        _chip.Settle();
        Faults.CountAccess();
        _isAcknowledged = false;
    }

    /// <summary>The address, and how many bytes will come after it.</summary>
    /// <returns>Whether the chip acknowledges.</returns>
    public bool Address(byte address, bool isRead, int length, bool isRepeated)
    {
        _isRead = isRead;
        return _isAcknowledged = Admits(address, isRead, length, isRepeated);
    }

    /// <summary>The bytes begin.</summary>
    public void Enter(int length)
    {
        _isInside = true;
        _chip.Begin(_isRead, length);
    }

    public void Take(byte value) => _chip.Take(value);

    public byte Give() => _sda.Carry(_chip.Give());

    /// <summary>The bytes end.</summary>
    public void Leave()
    {
        if (_isInside)
        {
            _isInside = false;
            _chip.End();
        }
    }

    /// <summary>The message is over: by a stop, or a repeated start.</summary>
    public void End()
    {
        Leave();
        if (!_isAcknowledged)
        {
            Model.Counters.NotAcknowledged++;
            return;
        }

        _lastEnd = Model.Clock.Now;
        _lastWasRead = _isRead;
        if (!_isRead)
        {
            _ready?.FallsAt(_lastEnd + Traits.GuardTime);
        }
    }

    public void Record(TpmRule rule, string detail) => Model.Rules.Record(rule, -1, (int)TpmRegister.Access, detail);

    private bool Admits(byte address, bool isRead, int length, bool isRepeated)
    {
        if (address != Traits.Address || Faults.IsOn(FaultKind.Absent) || Faults.IsOn(FaultKind.NackStorm)
            || (Faults.IsOn(FaultKind.NackEvery, out int every) && _messages % Math.Max(every, 1) == 0))
        {
            return false;
        }

        if (_isTooFast)
        {
            _isTooFast = false;
            Record(TpmRule.ClockTooFast, string.Create(CultureInfo.InvariantCulture, $"{_clockHz} Hz; {Model.ProfileName} takes {Traits.MaxClockHz}"));
        }

        return KeepsApart(isRead, isRepeated) && !_chip.IsBusy(isRead) && IsShort(length);
    }

    /// <summary>Whether the message leaves the one before as much time as the chip needs.</summary>
    private bool KeepsApart(bool isRead, bool isRepeated)
    {
        if (isRepeated && !Traits.CanRepeatStart)
        {
            Record(TpmRule.RepeatedStart, $"{Model.ProfileName} needs a stop between a register and its value");
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
            CultureInfo.InvariantCulture, $"{guard} {gap.TotalMicroseconds:F1} µs after the last message; {Model.ProfileName} needs {Traits.GuardTime.TotalMicroseconds}"));
        return false;
    }

    private bool IsShort(int length)
    {
        if (length <= Traits.MaxMessage)
        {
            return true;
        }

        Record(TpmRule.MessageTooLong, string.Create(CultureInfo.InvariantCulture, $"{length} bytes; {Model.ProfileName} takes {Traits.MaxMessage}"));
        return false;
    }
}
