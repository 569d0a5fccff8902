using TpmHw.Transport;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.Usb;

/// <summary>A SPI port on an FTDI bridge: SCLK on ADBUS0, MOSI on ADBUS1, MISO on ADBUS2, chip select on ADBUS3 or another line.</summary>
/// <remarks>
/// An exchange is one USB write and one read. Chip select is a line like others to the engine, which leaves it as it is
/// from one batch to the next: a frame can wait for its chip, whatever the chip needs.
/// </remarks>
internal sealed class FtdiSpiPort : ISpiPort
{
    // The engine counts a command's bytes in 16 bits.
    private const int MostBytes = ushort.MaxValue + 1;

    private readonly FtdiBridge _bridge;
    private readonly MpsseBatch _batch = new();
    private readonly ushort _chipSelect;
    private readonly bool _isOnHighByte;
    private bool _isSelected;

    internal FtdiSpiPort(FtdiBridge bridge, FtdiPin chipSelect)
    {
        _bridge = bridge;
        _chipSelect = chipSelect.Mask;
        _isOnHighByte = chipSelect.IsHigh;
        bridge.Levels = _chipSelect;
        bridge.Outputs = (ushort)(1 << FtdiPin.ClockNumber | 1 << FtdiPin.OutputNumber | _chipSelect);
    }

    /// <inheritdoc/>
    public string Name => _bridge.Name;

    /// <inheritdoc/>
    public bool CanHoldChipSelect => true;

    /// <inheritdoc/>
    public int ClockHz => _bridge.Clock.Hz;

    /// <inheritdoc/>
    public TpmClock Clock => _bridge.Time;

    internal FtdiBridge Bridge => _bridge;

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, output.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, MostBytes);
        bool goesOn = _isSelected;
        if (!goesOn)
        {
            Select(isSelected: true);
        }

        if (!output.IsEmpty)
        {
            _batch.Exchange(output);
        }

        if (!hold)
        {
            Select(isSelected: false);
        }

        _isSelected = false; // which a failure leaves it
        _bridge.Run(_batch, input, goesOn);
        _isSelected = hold;
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        if (!_isSelected)
        {
            return;
        }

        _isSelected = false;
        Select(isSelected: false);
        try
        {
            _bridge.Run(_batch, default, goesOn: true);
        }
        catch (TpmTransportException)
        {
            // The lines have been let go. What failed before is what there is to tell, and if nothing did, the next exchange tells.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bridge.Dispose();

    private void Select(bool isSelected)
    {
        ushort levels = (ushort)(isSelected ? _bridge.Levels & ~_chipSelect : _bridge.Levels);
        if (_isOnHighByte)
        {
            _batch.High(levels, _bridge.Outputs);
        }
        else
        {
            _batch.Low(levels, _bridge.Outputs);
        }
    }
}
