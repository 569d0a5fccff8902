using TpmHw.Transports.Gpio;

namespace TpmHw.Simulation;

/// <summary>
/// A FIFO model's PIRQ#, active low, as an input of a GPIO controller. A fall that nobody waited for is kept, as the
/// kernel keeps it; waiting moves the clock to the next one.
/// </summary>
public sealed class InterruptPin : IGpioLine
{
    private static readonly TimeSpan s_noise = TimeSpan.FromMicroseconds(10);

    private readonly FifoModel _model;
    private readonly InterruptWiring _wiring;
    private long _seen;

    /// <summary>Puts a line on the pin.</summary>
    /// <param name="model">The chip.</param>
    /// <param name="wiring">How they are connected.</param>
    public InterruptPin(FifoModel model, InterruptWiring wiring = InterruptWiring.Direct)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _wiring = wiring;
    }

    /// <inheritdoc/>
    public string Name => "PIRQ# of the model";

    /// <inheritdoc/>
    public bool Level
    {
        get
        {
            _model.Settle();
            return _wiring switch
            {
                InterruptWiring.Direct => !_model.IsInterruptPending,
                InterruptWiring.Inverted => _model.IsInterruptPending,
                _ => true,
            };
        }
        set => throw new NotSupportedException("The chip drives this line.");
    }

    private long Falls => _wiring switch
    {
        InterruptWiring.Direct => _model.Interrupts,
        InterruptWiring.Inverted => _model.InterruptEnds,
        _ => 0,
    };

    /// <inheritdoc/>
    public bool WaitForFall(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_wiring == InterruptWiring.Noisy)
        {
            _model.Clock.Wait(time < s_noise ? time : s_noise, cancellationToken);
            return true;
        }

        TimeSpan end = _model.Clock.Now + time;
        _model.Settle();
        while (Falls == _seen && _model.Clock.Now < end)
        {
            TimeSpan now = _model.Clock.Now;
            TimeSpan next = _model.NextEvent is { } moment && moment > now && moment < end ? moment : end;
            _model.Clock.Wait(next - now, cancellationToken);
            _model.Settle();
        }

        bool fell = Falls != _seen;
        _seen = Falls;
        return fell;
    }

    /// <summary>Nothing: the chip is another's.</summary>
    public void Dispose()
    {
    }
}
