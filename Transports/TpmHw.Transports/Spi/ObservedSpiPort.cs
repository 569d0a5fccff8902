using System.Buffers;
using TpmHw.Transport;

namespace TpmHw.Transports.Spi;

/// <summary>A port whose frames somebody looks at. Exchanges that chip select is held over are one frame.</summary>
/// <param name="port">The port; owned.</param>
/// <param name="observer">Who looks.</param>
public sealed class ObservedSpiPort(ISpiPort port, WireObserver observer) : ISpiPort
{
    private readonly ArrayBufferWriter<byte> _sent = new();
    private readonly ArrayBufferWriter<byte> _received = new();
    private TimeSpan _start;
    private bool _isSelected;

    /// <inheritdoc/>
    public string Name => port.Name;

    /// <inheritdoc/>
    public bool CanHoldChipSelect => port.CanHoldChipSelect;

    /// <inheritdoc/>
    public int ClockHz => port.ClockHz;

    /// <inheritdoc/>
    public TpmClock Clock => port.Clock;

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        if (!_isSelected)
        {
            _isSelected = true;
            _start = Clock.Now;
        }

        _sent.Write(output);
        try
        {
            port.Exchange(output, input, hold);
        }
        catch
        {
            End(WireOutcome.Failed);
            throw;
        }

        _received.Write(input);
        if (!hold)
        {
            End();
        }
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        port.Deselect();
        End();
    }

    /// <inheritdoc/>
    public void Dispose() => port.Dispose();

    private void End(WireOutcome outcome = WireOutcome.Done)
    {
        if (!_isSelected)
        {
            return;
        }

        _isSelected = false;
        try
        {
            observer(new WireTransfer
            {
                Bus = "spi",
                ClockHz = ClockHz,
                Start = _start,
                End = Clock.Now,
                Sent = _sent.WrittenSpan,
                Received = _received.WrittenSpan,
                Outcome = outcome,
            });
        }
        finally
        {
            _sent.Clear();
            _received.Clear();
        }
    }
}
