using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Spi;

/// <summary>A port whose chip may sleep, and has to be left alone for a while between transfers.</summary>
/// <remarks>The time counts from its making: what was before is taken for an access at that moment.</remarks>
internal sealed class PacedSpiPort(ISpiPort port, WireQuirks quirks) : ISpiPort
{
    private TimeSpan _lastUse = port.Clock.Now;
    private bool _isSelected;

    public string Name => port.Name;

    public bool CanHoldChipSelect => port.CanHoldChipSelect;

    public int ClockHz => port.ClockHz;

    public TpmClock Clock => port.Clock;

    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        if (!_isSelected)
        {
            Pace();
        }

        _isSelected = false;
        try
        {
            port.Exchange(output, input, hold);
            _isSelected = hold;
        }
        finally
        {
            _lastUse = Clock.Now;
        }
    }

    public void Deselect()
    {
        port.Deselect();
        _isSelected = false;
        _lastUse = Clock.Now;
    }

    public void Dispose() => port.Dispose();

    private void Pace()
    {
        TimeSpan idle = Clock.Now - _lastUse;
        if (idle >= quirks.SleepsAfter)
        {
            // Bytes would be lost on a chip that sleeps; the falling edge of chip select is what wakes it.
            port.Exchange([], [], hold: CanHoldChipSelect);
            Clock.Wait(quirks.WakePulse);
            Deselect();
            idle = TimeSpan.Zero;
        }

        if (idle < quirks.TransferGap)
        {
            Clock.Wait(quirks.TransferGap - idle);
        }
    }
}
