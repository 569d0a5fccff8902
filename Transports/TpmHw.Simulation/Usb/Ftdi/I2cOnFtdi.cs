using System.Globalization;
using TpmHw.Transports.Gpio;

namespace TpmHw.Simulation;

/// <summary>
/// A TPM on I2C behind a bridge: SCL on ADBUS0, SDA on ADBUS1 and 2, RST# on ADBUS4, PIRQ# on ADBUS5, and SCL once more
/// on ADBUS7 where it is wired so. It sees levels, and makes starts, bits and stops of them (UM10204, 3.1).
/// </summary>
internal sealed class I2cOnFtdi : FtdiWiring
{
    private const ushort Clock = 1 << 0, Output = 1 << 1, Input = 1 << 2, Reset = 1 << 4, Interrupt = 1 << 5, ClockEcho = 1 << 7;
    private const int BitsOfByte = 8;

    private readonly I2cTarget _target;
    private readonly IGpioLine _interrupt;
    private readonly bool _hasClockEcho;
    private readonly I2cLengthCounter _counter;
    private ushort _levels = ushort.MaxValue;
    private bool _clock = true;
    private bool _data = true;
    private bool _pullsData;
    private TimeSpan _heldUntil;
    private Step _step;
    private bool _isOpen; // a start was seen, and no stop
    private bool _isRepeated;
    private bool _isRead;
    private int _bits;
    private byte _byte;
    private int _length;

    public I2cOnFtdi(FifoModel tpm, IGpioLine interrupt, bool hasClockEcho)
        : base(tpm)
    {
        _target = new I2cTarget(I2cRegisters.Of(tpm), I2cModelSettings.UsualClockHz);
        _interrupt = interrupt;
        _hasClockEcho = hasClockEcho;
        _counter = new I2cLengthCounter(tpm);
    }

    private enum Step
    {
        /// <summary>No message, or one that is not for this chip.</summary>
        None,
        Address,
        Write,
        Read,
    }

    public override void Drive(ushort levels)
    {
        int changed = _levels ^ levels;
        _levels = levels;
        if ((changed & Reset) != 0)
        {
            Tpm.SetReset((levels & Reset) == 0);
        }

        Follow();
    }

    public override ushort Read()
    {
        ushort levels = _levels;
        Set(ref levels, Clock, _clock);
        Set(ref levels, Input, _data);
        Set(ref levels, ClockEcho, !_hasClockEcho || _clock);
        Set(ref levels, Interrupt, _interrupt.Level);
        return levels;
    }

    public override void SetClock(int hertz) => _target.SetClock(hertz);

    public override bool WaitForClock(TimeSpan patience)
    {
        TimeSpan left = _heldUntil - Tpm.Clock.Now;
        if (left > patience)
        {
            return false;
        }

        if (left > TimeSpan.Zero)
        {
            Tpm.Clock.Advance(left);
        }

        Follow();
        return true;
    }

    public override void PowerOff()
    {
        _isOpen = _pullsData = false;
        _step = Step.None;
        _bits = 0;
        _heldUntil = TimeSpan.Zero;
        base.PowerOff();
    }

    public override void Rest()
    {
        if (Tpm.Faults.IsOn(FaultKind.SdaStuckLow))
        {
            Tpm.Faults.CountAccess(); // no message can begin, which would count
        }
    }

    /// <summary>What the lines are now, with everybody who pulls at them.</summary>
    private void Follow()
    {
        bool clock = (_levels & Clock) != 0 && Tpm.Clock.Now >= _heldUntil;
        bool data = (_levels & Output) != 0 && !_pullsData && !Tpm.Faults.IsOn(FaultKind.SdaStuckLow);
        bool rises = clock && !_clock, falls = !clock && _clock, changes = data != _data;
        _clock = clock;
        _data = data;
        if (rises)
        {
            Rise(data);
        }
        else if (falls)
        {
            Fall();
            _data = (_levels & Output) != 0 && !_pullsData && !Tpm.Faults.IsOn(FaultKind.SdaStuckLow);
        }
        else if (clock && changes)
        {
            Condition(isStart: !data);
        }
    }

    private void Condition(bool isStart)
    {
        // The first bit of a byte may turn out to be none.
        if (_isOpen && _bits > 1)
        {
            _target.Record(TpmRule.DataWhileClockHigh, string.Create(CultureInfo.InvariantCulture, $"a {(isStart ? "start" : "stop")} after {_bits} bits of a byte"));
        }

        bool isRepeated = _isOpen && isStart;
        if (_isOpen)
        {
            _target.End();
        }

        _isOpen = isStart;
        _isRepeated = isRepeated;
        _step = isStart ? Step.Address : Step.None;
        _bits = 0;
        _pullsData = false;
        if (isStart)
        {
            _target.Begin();
        }
    }

    private void Rise(bool data)
    {
        _bits++;
        if (_bits <= BitsOfByte)
        {
            _byte = _step == Step.Read ? _byte : (byte)(_byte << 1 | (data ? 1 : 0));
        }
        else if (_step == Step.Read && data)
        {
            _step = Step.None; // the host has enough
        }
    }

    private void Fall()
    {
        if (_bits == BitsOfByte)
        {
            Tpm.Counters.Bytes++;
            _pullsData = _step switch
            {
                Step.Address => TakeAddress(),
                Step.Write => TakeByte(),
                _ => false,
            };
        }
        else if (_bits > BitsOfByte)
        {
            _bits = 0;
            Continue();
        }
        else if (_step == Step.Read && _bits > 0)
        {
            _pullsData = (_byte & (0x80 >> _bits)) == 0;
        }
    }

    private bool TakeAddress()
    {
        _isRead = (_byte & 1) != 0;
        _length = _counter.Count(Ahead, _isRead);
        bool isAcknowledged = _target.Address((byte)(_byte >> 1), _isRead, _length, _isRepeated);
        _step = isAcknowledged ? Step.Address : Step.None;
        return isAcknowledged;
    }

    private bool TakeByte()
    {
        _target.Take(_byte);
        return true;
    }

    /// <summary>After an acknowledgement: the next byte.</summary>
    private void Continue()
    {
        _pullsData = false;
        if (_step == Step.Address)
        {
            _step = _isRead ? Step.Read : Step.Write;
            _heldUntil = Tpm.Clock.Now + _target.Stretch;
            if (_length > 0) // an address alone only asks who is there
            {
                _target.Enter(_length);
            }
        }

        if (_step == Step.Read)
        {
            _byte = _target.Give();
            _pullsData = (_byte & 0x80) == 0;
        }
    }

    private static void Set(ref ushort levels, ushort line, bool level) => levels = (ushort)(level ? levels | line : levels & ~line);
}

/// <summary>Sees a message before it is sent: chips are told how long it will be, which on the wire only its end says.</summary>
internal sealed class I2cLengthCounter(FifoModel tpm) : FtdiWiring(tpm)
{
    private const ushort Clock = 1 << 0, Output = 1 << 1;
    private const int AcknowledgedByte = 9;

    private ushort _levels;
    private bool _isRead;
    private bool _isOver;
    private int _bits;
    private int _bytes;

    public override bool IsRehearsal => true;

    /// <summary>The bytes that will follow an address, whose acknowledgement is next.</summary>
    public int Count(Action<FtdiWiring>? rehearse, bool isRead)
    {
        const int AddressAndItsBits = AcknowledgedByte - 1;
        _isRead = isRead;
        _isOver = false;
        _bits = AddressAndItsBits;
        _bytes = -1; // the address is none of them
        _levels = 0;
        rehearse?.Invoke(this);
        return Math.Max(_bytes, 0);
    }

    public override void Drive(ushort levels)
    {
        ushort before = _levels;
        _levels = levels;
        if (_isOver)
        {
            return;
        }

        if ((before & levels & Clock) != 0 && ((before ^ levels) & Output) != 0)
        {
            _isOver = true;
        }
        else if ((~before & levels & Clock) != 0)
        {
            _bits++;
        }
        else if ((before & ~levels & Clock) != 0 && _bits == AcknowledgedByte)
        {
            _bits = 0;
            _bytes++;
            _isOver = _isRead && _bytes > 0 && (before & Output) != 0;
        }
    }

    public override ushort Read() => ushort.MaxValue;
}
