using System.Device.Gpio;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;

namespace TpmHw.Transports.SystemDevice;

/// <summary>A line of a <see cref="GpioController"/>.</summary>
public sealed class GpioControllerLine : IGpioLine
{
    // An edge while waiting is being set up is lost. The line stays low until the TPM is served, so looking at it
    // this often is enough.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly GpioController _controller;
    private readonly int _pin;
    private readonly TpmClock _clock;
    private readonly bool _isOutput;
    private bool _level = true; // an output's
    private bool _isClosed;

    /// <summary>Opens a line, and closes it at the end; the controller stays the caller's.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="pin">The line's number, as the controller counts.</param>
    /// <param name="direction">What it is to be.</param>
    /// <param name="clock">The clock that waiting goes by; null for the machine's.</param>
    /// <exception cref="TpmTransportException">There is no such line, or it is in use.</exception>
    public GpioControllerLine(GpioController controller, int pin, GpioDirection direction, TpmClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(controller);
        _controller = controller;
        _pin = pin;
        _clock = clock ?? TpmClock.System;
        _isOutput = direction == GpioDirection.OutputHigh;
        Name = FormattableString.Invariant($"GPIO {pin}");
        try
        {
            if (_isOutput)
            {
                // With the level given at once there is no moment at which the line is low.
                controller.OpenPin(pin, PinMode.Output, PinValue.High);
            }
            else
            {
                controller.OpenPin(pin, controller.IsPinModeSupported(pin, PinMode.InputPullUp) ? PinMode.InputPullUp : PinMode.Input);
            }
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Refused(e);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool Level
    {
        get
        {
            try
            {
                return _isOutput ? _level : (bool)_controller.Read(_pin);
            }
            catch (Exception e) when (IsRefusal(e))
            {
                throw Refused(e);
            }
        }

        set
        {
            // A controller only remembers what is written to an input.
            if (!_isOutput)
            {
                throw new InvalidOperationException($"{Name} is an input.");
            }

            try
            {
                _controller.Write(_pin, value);
                _level = value;
            }
            catch (Exception e) when (IsRefusal(e))
            {
                throw Refused(e);
            }
        }
    }

    /// <inheritdoc/>
    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(time, _clock);
        while (Level)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan slice = deadline.Remaining < s_look ? deadline.Remaining : s_look;
            if (slice == TimeSpan.Zero)
            {
                return false;
            }

            if (WaitForEdge(slice, cancellationToken))
            {
                return true;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        try
        {
            _controller.ClosePin(_pin);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException or IOException)
        {
            // Its controller was closed first, and the line with it.
        }
    }

    private bool WaitForEdge(TimeSpan time, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(time);
        try
        {
            WaitForEventResult result = _controller.WaitForEvent(_pin, PinEventTypes.Falling, end.Token);
            return !result.TimedOut && (result.EventTypes & PinEventTypes.Falling) != 0;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // some drivers end a wait in this way
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw Refused(e);
        }
    }

    private static bool IsRefusal(Exception e) =>
        e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or NotImplementedException or NotSupportedException;

    private TpmTransportException Refused(Exception e) => new(
        e switch
        {
            NotImplementedException or NotSupportedException => TpmFault.NotSupported,
            UnauthorizedAccessException => TpmFault.AccessDenied,
            _ => TpmFault.InputOutput,
        },
        $"{Name} can't be used that way.",
        e.Message,
        "The line may not exist, be in use, or be open already in this program; gpioinfo shows who has which line. Numbers are those of the controller's driver, on a Raspberry Pi the GPIO numbers and not those of the header's pins.",
        e);
}
