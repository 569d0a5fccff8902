using System.Device.Gpio;
using TpmHw.Simulation;

namespace RaspberryPi.Model;

/// <summary>The GPIO lines of a board with a modelled TPM: its reset, its interrupt and, where it has one, its chip select.</summary>
internal sealed class ModelGpioDriver(TpmModel model, Func<bool> isInterruptAsserted) : GpioDriver
{
    /// <summary>The line of RST#, as on the boards that are sold for the Raspberry Pi.</summary>
    public const int Reset = 24;

    /// <summary>The line of PIRQ#.</summary>
    public const int Interrupt = 25;

    /// <summary>The line of chip select, where the controller's own is not it.</summary>
    public const int ChipSelect = 7;

    // A wait that found nothing ends after so much of the model's time.
    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_step = TimeSpan.FromMicroseconds(20);

    private readonly Dictionary<int, (PinMode Mode, bool IsHigh)> _lines = [];

    /// <summary>Is told of each level that is written to a line; true is high.</summary>
    public event Action<int, bool>? Written;

    /// <summary>The numbers of the open lines.</summary>
    public IEnumerable<int> OpenLines => _lines.Keys;

    protected override int PinCount => 28;

    protected override void OpenPin(int pinNumber) => _lines.Add(pinNumber, (PinMode.Input, true));

    protected override void ClosePin(int pinNumber) => _lines.Remove(pinNumber);

    protected override void SetPinMode(int pinNumber, PinMode mode) => _lines[pinNumber] = (mode, mode != PinMode.Output);

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue) => _lines[pinNumber] = (mode, (bool)initialValue);

    protected override PinMode GetPinMode(int pinNumber) => _lines[pinNumber].Mode;

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode != PinMode.InputPullDown;

    protected override PinValue Read(int pinNumber) => pinNumber == Interrupt ? !isInterruptAsserted() : _lines[pinNumber].IsHigh;

    protected override void Write(int pinNumber, PinValue value)
    {
        bool wasHigh = _lines[pinNumber].IsHigh;
        bool isHigh = (bool)value;
        _lines[pinNumber] = _lines[pinNumber] with { IsHigh = isHigh };
        Written?.Invoke(pinNumber, isHigh);
        if (pinNumber == Reset && isHigh && !wasHigh)
        {
            model.Reset();
        }
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        TimeSpan end = model.Clock.Now + s_wait;
        bool wasAsserted = isInterruptAsserted();
        while (!cancellationToken.IsCancellationRequested && model.Clock.Now < end)
        {
            model.Clock.Advance(s_step);
            if (!wasAsserted && isInterruptAsserted())
            {
                return new WaitForEventResult { EventTypes = PinEventTypes.Falling };
            }
        }

        return new WaitForEventResult { TimedOut = true };
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw new NotSupportedException();

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw new NotSupportedException();
}
