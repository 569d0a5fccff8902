using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.I2c;

namespace TpmHw.Simulation;

/// <summary>
/// An I2C controller with a modelled TPM on it: messages, acknowledgements, guard times and clock stretching. It moves
/// the model's clock by the time that the bits take on the wire.
/// </summary>
public sealed class I2cModelPort : II2cPort
{
    private const int BitsOfByte = 9; // one is the acknowledgement

    private readonly I2cTarget _target;
    private readonly I2cModelSettings _settings;
    private readonly long _bitTime;
    private readonly byte _address;

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
        _settings = settings ?? new I2cModelSettings();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_settings.ClockHz, nameof(settings));
        _target = new I2cTarget(chip, _settings.ClockHz);
        _bitTime = 1_000_000_000_000 / _settings.ClockHz;
        _address = _settings.Address ?? chip.Traits.Address;
    }

    /// <inheritdoc/>
    public string Name => "sim:i2c";

    /// <inheritdoc/>
    public TpmClock Clock => VirtualClock;

    /// <inheritdoc/>
    public int ClockHz => _settings.ClockHz;

    /// <inheritdoc/>
    public int MaxTransfer => _settings.MaxTransfer;

    /// <inheritdoc/>
    public bool CanCombine => _settings.CanCombine;

    /// <summary>The line that falls when the chip is ready after a write; null where the chip has none.</summary>
    public IGpioLine? ReadyLine => _target.Ready;

    /// <summary>Looks at the messages, as a logic analyser does; null for nobody.</summary>
    public I2cMessageObserver? Observer { get; set; }

    private BusCounters Counters => _target.Model.Counters;

    private VirtualClock VirtualClock => _target.Model.Clock;

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
    public void Dispose() => _target.Model.Dispose();

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
            _target.Enter(bytes.Length);
            foreach (byte b in bytes)
            {
                AdvanceByte();
                _target.Take(b);
            }

            _target.Leave();
        }

        Stop(isRead: false, isRepeated: false, isAcknowledged, bytes, goesOn);
        return isAcknowledged;
    }

    private bool ReadOne(Span<byte> bytes, bool isRepeated)
    {
        bool isAcknowledged = Start(isRead: true, bytes.Length, isRepeated);
        if (isAcknowledged)
        {
            _target.Enter(bytes.Length);
            foreach (ref byte b in bytes)
            {
                AdvanceByte();
                b = _target.Give();
            }

            _target.Leave();
            _target.Sda.Store(bytes);
        }

        Stop(isRead: true, isRepeated, isAcknowledged, bytes);
        return isAcknowledged;
    }

    /// <summary>Start and address.</summary>
    /// <returns>Whether the chip acknowledges.</returns>
    private bool Start(bool isRead, int length, bool isRepeated)
    {
        _target.Begin();
        if (_target.Faults.IsOn(FaultKind.SdaStuckLow))
        {
            throw I2cModelError.StuckLow(Name);
        }

        bool isAcknowledged = _target.Address(_address, isRead, length, isRepeated);
        VirtualClock.AdvancePicoseconds(_bitTime);
        AdvanceByte();
        Stretch();
        return isAcknowledged;
    }

    /// <summary>The stop, unless a repeated start follows.</summary>
    private void Stop(bool isRead, bool isRepeated, bool isAcknowledged, ReadOnlySpan<byte> bytes, bool goesOn = false)
    {
        VirtualClock.AdvancePicoseconds(goesOn && isAcknowledged ? 0 : _bitTime);
        _target.End();
        Observer?.Invoke(new I2cMessage(_target.Start, VirtualClock.Now, _address, isRead, isRepeated, isAcknowledged, isAcknowledged ? bytes : default));
    }

    private void Stretch()
    {
        TimeSpan time = _target.Stretch;
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
}
