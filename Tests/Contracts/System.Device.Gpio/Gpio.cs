using TpmHw.Contracts;

namespace System.Device.Gpio;

/// <summary>The GPIO lines of a machine or a bridge, by number.</summary>
public class GpioController : IDisposable
{
    private readonly GpioDriver _driver;

    /// <summary>The machine's own: not in a contract.</summary>
    public GpioController() => throw Contract.NoHardware("System.Device.Gpio");

    /// <summary>Those of a driver.</summary>
    public GpioController(GpioDriver driver) => _driver = driver;

    /// <summary>Opens a line.</summary>
    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        _driver.OpenPin(pinNumber);
        _driver.SetPinMode(pinNumber, mode);
        return new GpioPin(pinNumber, this);
    }

    /// <summary>Opens an output at a level.</summary>
    public GpioPin OpenPin(int pinNumber, PinMode mode, PinValue initialValue)
    {
        _driver.OpenPin(pinNumber);
        _driver.SetPinMode(pinNumber, mode, initialValue);
        return new GpioPin(pinNumber, this);
    }

    /// <summary>Closes a line.</summary>
    public void ClosePin(int pinNumber) => _driver.ClosePin(pinNumber);

    /// <summary>Whether a line can be used so.</summary>
    public virtual bool IsPinModeSupported(int pinNumber, PinMode mode) => _driver.IsPinModeSupported(pinNumber, mode);

    /// <summary>A line's level.</summary>
    public virtual PinValue Read(int pinNumber) => _driver.Read(pinNumber);

    /// <summary>Sets an output's level.</summary>
    public virtual void Write(int pinNumber, PinValue value) => _driver.Write(pinNumber, value);

    /// <summary>Waits for an edge.</summary>
    public virtual WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        _driver.WaitForEvent(pinNumber, eventTypes, cancellationToken);

    /// <summary>Closes its driver.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes its driver.</summary>
    protected virtual void Dispose(bool disposing) => _driver.Dispose();
}

/// <summary>What makes a controller's lines.</summary>
public abstract class GpioDriver : IDisposable
{
    /// <summary>The number of lines.</summary>
    protected internal abstract int PinCount { get; }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a line.</summary>
    protected internal abstract void OpenPin(int pinNumber);

    /// <summary>Closes a line.</summary>
    protected internal abstract void ClosePin(int pinNumber);

    /// <summary>Sets what a line is.</summary>
    protected internal abstract void SetPinMode(int pinNumber, PinMode mode);

    /// <summary>Sets what a line is, and its level.</summary>
    protected internal virtual void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        SetPinMode(pinNumber, mode);
        Write(pinNumber, initialValue);
    }

    /// <summary>What a line is.</summary>
    protected internal abstract PinMode GetPinMode(int pinNumber);

    /// <summary>Whether a line can be used so.</summary>
    protected internal abstract bool IsPinModeSupported(int pinNumber, PinMode mode);

    /// <summary>A line's level.</summary>
    protected internal abstract PinValue Read(int pinNumber);

    /// <summary>Sets an output's level.</summary>
    protected internal abstract void Write(int pinNumber, PinValue value);

    /// <summary>Waits for an edge.</summary>
    protected internal abstract WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken);

    /// <summary>Has edges reported.</summary>
    protected internal abstract void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback);

    /// <summary>No longer has edges reported.</summary>
    protected internal abstract void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback);

    /// <summary>Closes it.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>An open line.</summary>
public class GpioPin
{
    /// <summary>A line of a controller.</summary>
    protected internal GpioPin(int pinNumber, GpioController controller) => (PinNumber, Controller) = (pinNumber, controller);

    /// <summary>Its number.</summary>
    public virtual int PinNumber { get; }

    /// <summary>Its controller.</summary>
    public GpioController Controller { get; }
}

/// <summary>Low or high.</summary>
public readonly struct PinValue : IEquatable<PinValue>
{
    private readonly byte _value;

    private PinValue(byte value) => _value = value;

    /// <summary>High.</summary>
    public static PinValue High => new(1);

    /// <summary>Low.</summary>
    public static PinValue Low => new(0);

    /// <summary>True is high.</summary>
    public static implicit operator PinValue(bool value) => value ? High : Low;

    /// <summary>High is true.</summary>
    public static explicit operator bool(PinValue value) => value._value != 0;

    /// <summary>Whether two are alike.</summary>
    public static bool operator ==(PinValue a, PinValue b) => a.Equals(b);

    /// <summary>Whether two differ.</summary>
    public static bool operator !=(PinValue a, PinValue b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(PinValue other) => _value == other._value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PinValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value;
}

/// <summary>What a line is.</summary>
public enum PinMode
{
    /// <summary>An input.</summary>
    Input,

    /// <summary>An output.</summary>
    Output,

    /// <summary>An input that is pulled low.</summary>
    InputPullDown,

    /// <summary>An input that is pulled high.</summary>
    InputPullUp,
}

/// <summary>Edges.</summary>
[Flags]
public enum PinEventTypes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>From low to high.</summary>
    Rising = 1,

    /// <summary>From high to low.</summary>
    Falling = 2,
}

/// <summary>What came of waiting for an edge.</summary>
public struct WaitForEventResult
{
    /// <summary>The edge.</summary>
    public PinEventTypes EventTypes;

    /// <summary>Whether waiting ended without one.</summary>
    public bool TimedOut;
}

/// <summary>Is told of an edge.</summary>
public delegate void PinChangeEventHandler(object sender, PinValueChangedEventArgs pinValueChangedEventArgs);

/// <summary>An edge.</summary>
public class PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber) : EventArgs
{
    /// <summary>Its direction.</summary>
    public PinEventTypes ChangeType { get; } = changeType;

    /// <summary>Its line.</summary>
    public int PinNumber { get; } = pinNumber;
}
