using TpmHw.Transports.Gpio;

namespace TpmHw.Simulation;

/// <summary>A FIFO model's RST#, active low, as an output of a GPIO controller.</summary>
public sealed class ResetPin : IGpioLine
{
    private readonly FifoModel _model;
    private bool _level = true;

    /// <summary>Puts a line on the pin; it is high.</summary>
    public ResetPin(FifoModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
    }

    /// <inheritdoc/>
    public string Name => "RST# of the model";

    /// <inheritdoc/>
    public bool Level
    {
        get => _level;
        set
        {
            if (value != _level)
            {
                _level = value;
                _model.SetReset(isLow: !value);
            }
        }
    }

    /// <summary>Not for an output.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken) => throw new NotSupportedException("The line is an output.");

    /// <summary>Nothing: the chip is another's.</summary>
    public void Dispose()
    {
    }
}
