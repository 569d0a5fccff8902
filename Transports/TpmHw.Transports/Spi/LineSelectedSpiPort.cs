using TpmHw.Transport;
using TpmHw.Transports.Gpio;

namespace TpmHw.Transports.Spi;

/// <summary>
/// A port whose chip has its chip select on a GPIO line, in place of the controller's own: it can be held whatever
/// the controller can do.
/// </summary>
public sealed class LineSelectedSpiPort : ISpiPort
{
    private readonly ISpiPort _port;
    private readonly IGpioLine _line;
    private bool _isSelected;

    /// <summary>Puts a line beside a port; both are owned.</summary>
    /// <param name="port">The port; what it does to a chip select of its own reaches no chip.</param>
    /// <param name="line">An output that is high.</param>
    public LineSelectedSpiPort(ISpiPort port, IGpioLine line)
    {
        _port = port;
        _line = line;
    }

    /// <inheritdoc/>
    public string Name => _port.Name;

    /// <inheritdoc/>
    public bool CanHoldChipSelect => true;

    /// <inheritdoc/>
    public int ClockHz => _port.ClockHz;

    /// <inheritdoc/>
    public TpmClock Clock => _port.Clock;

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, output.Length);
        try
        {
            if (!_isSelected)
            {
                _isSelected = true;
                _line.Level = false;
            }

            if (output.Length > 0)
            {
                _port.Exchange(output, input, hold: false);
            }
        }
        catch
        {
            Deselect();
            throw;
        }

        if (!hold)
        {
            _isSelected = false;
            _line.Level = true;
        }
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        if (!_isSelected)
        {
            return;
        }

        _isSelected = false;
        try
        {
            _line.Level = true;
        }
        catch (TpmTransportException)
        {
            // The line has gone, and with it what could be released. The first failure is the one to tell.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Deselect();
        _port.Dispose();
        _line.Dispose();
    }
}
