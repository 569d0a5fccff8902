using TpmHw.Transport;

namespace TpmHw.Transports.Gpio;

/// <summary>A transport whose TPM has its reset line (RST#, active low) on a GPIO line.</summary>
/// <remarks>
/// The line is left high until <see cref="Reset"/> is called: opening a TPM loses nothing that is in it. After a reset
/// the driver requests its locality again; the TPM wants Startup.
/// </remarks>
public sealed class ResetLineTransport : ITpmTransportWrapper, ITpmReset
{
    // The chips want microseconds; boards put a resistor and a capacitor on the line, and their makers pull it for 100 ms.
    private static readonly TimeSpan s_pulse = TimeSpan.FromMilliseconds(100);

    // From reset to the first access (PTP, power-up timing; U-Boot waits as long).
    private static readonly TimeSpan s_startUp = TimeSpan.FromMilliseconds(30);

    private readonly IGpioLine _line;
    private readonly TpmClock _clock;
    private readonly TimeSpan _held;
    private int _busy;

    /// <summary>Puts a reset line beside a transport; both are owned.</summary>
    /// <param name="inner">The transport.</param>
    /// <param name="line">The line.</param>
    /// <param name="clock">The clock that waiting goes by.</param>
    /// <param name="pulse">How long a reset holds the line low; null for 100 ms.</param>
    public ResetLineTransport(ITpmTransport inner, IGpioLine line, TpmClock clock, TimeSpan? pulse = null)
    {
        _held = pulse ?? s_pulse;
        Inner = inner;
        _line = line;
        _clock = clock;
    }

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            return Inner.Transmit(command, response, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public void Reset()
    {
        Enter();
        try
        {
            _line.Level = false;
            try
            {
                _clock.Wait(_held);
            }
            finally
            {
                _line.Level = true;
            }

            _clock.Wait(s_startUp);
            Inner.FindAbility<IResetAware>()?.OnReset();
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Inner.Dispose();
        _line.Dispose();
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException($"{Info.Name} is in use by another thread. A transport serves one caller at a time; Tpm2 takes turns.");
        }
    }

    private void Leave() => Volatile.Write(ref _busy, 0);
}
