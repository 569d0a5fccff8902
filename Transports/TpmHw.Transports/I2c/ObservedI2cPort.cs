using TpmHw.Transport;

namespace TpmHw.Transports.I2c;

/// <summary>A port whose messages somebody looks at. A message that selects a register and that which reads it are one transfer.</summary>
/// <param name="port">The port; owned.</param>
/// <param name="chip">Which chip it is, which says what its messages look like; where that is not known yet, as the PTP has them.</param>
/// <param name="observer">Who looks.</param>
public sealed class ObservedI2cPort(II2cPort port, I2cChip chip, WireObserver observer) : II2cPort
{
    private readonly I2cMessageLayout _layout = I2cMessageLayout.Of(chip);
    private readonly byte[] _selection = new byte[2];
    private int _selected; // bytes of the message that says what is read
    private (TimeSpan Start, TimeSpan End)? _untold; // that message, which nobody was told of yet

    /// <inheritdoc/>
    public string Name => port.Name;

    /// <inheritdoc/>
    public TpmClock Clock => port.Clock;

    /// <inheritdoc/>
    public int ClockHz => port.ClockHz;

    /// <inheritdoc/>
    public int MaxTransfer => port.MaxTransfer;

    /// <inheritdoc/>
    public bool CanCombine => port.CanCombine;

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        TellSelection();
        _selected = 0;
        TimeSpan start = Clock.Now;
        bool isAcknowledged;
        try
        {
            isAcknowledged = port.Write(bytes);
        }
        catch
        {
            Tell(start, bytes, default, WireOutcome.Failed);
            throw;
        }

        if (isAcknowledged && _layout.IsSelection(bytes))
        {
            bytes.CopyTo(_selection);
            (_selected, _untold) = (bytes.Length, (start, Clock.Now));
        }
        else
        {
            Tell(start, bytes, default, isAcknowledged ? WireOutcome.Done : WireOutcome.NotAcknowledged);
        }

        return isAcknowledged;
    }

    /// <inheritdoc/>
    public bool Read(Span<byte> bytes)
    {
        TimeSpan start = _untold?.Start ?? Clock.Now;
        _untold = null;
        ReadOnlySpan<byte> selection = _selection.AsSpan(0, _selected);
        bool isAcknowledged;
        try
        {
            isAcknowledged = port.Read(bytes);
        }
        catch
        {
            Tell(start, selection, default, WireOutcome.Failed);
            throw;
        }

        Tell(start, selection, bytes, isAcknowledged);
        return isAcknowledged;
    }

    /// <inheritdoc/>
    public bool WriteRead(ReadOnlySpan<byte> written, Span<byte> read)
    {
        TellSelection();
        TimeSpan start = Clock.Now;
        bool isAcknowledged;
        try
        {
            isAcknowledged = port.WriteRead(written, read);
        }
        catch
        {
            Tell(start, written, default, WireOutcome.Failed);
            throw;
        }

        Tell(start, written, read, isAcknowledged);
        return isAcknowledged;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TellSelection();
        port.Dispose();
    }

    /// <summary>Tells of a selection that was not followed by a read.</summary>
    private void TellSelection()
    {
        if (_untold is { } time)
        {
            _untold = null;
            Tell(time.Start, time.End, _selection.AsSpan(0, _selected), default, WireOutcome.Done);
        }
    }

    private void Tell(TimeSpan start, ReadOnlySpan<byte> sent, ReadOnlySpan<byte> received, bool isAcknowledged) =>
        Tell(start, sent, isAcknowledged ? received : default, isAcknowledged ? WireOutcome.Done : WireOutcome.NotAcknowledged);

    private void Tell(TimeSpan start, ReadOnlySpan<byte> sent, ReadOnlySpan<byte> received, WireOutcome outcome) =>
        Tell(start, Clock.Now, sent, received, outcome);

    private void Tell(TimeSpan start, TimeSpan end, ReadOnlySpan<byte> sent, ReadOnlySpan<byte> received, WireOutcome outcome) => observer(new WireTransfer
    {
        Bus = _layout.Bus,
        ClockHz = ClockHz,
        Start = start,
        End = end,
        Sent = sent,
        Received = received,
        Outcome = outcome,
    });
}
