using System.Device.Spi;
using TpmHw.Simulation;

namespace RaspberryPi.Model;

/// <summary>A SPI device with a modelled TPM on it. Each call is one frame, as on the devices of System.Device.</summary>
/// <param name="port">The controller with the TPM.</param>
/// <param name="settings">How it is set up; -1 for chip select means that a line of <see cref="ModelGpioDriver"/> is it.</param>
internal sealed class ModelSpiDevice(SpiModelPort port, SpiConnectionSettings settings) : SpiDevice
{
    private bool _isSelected;

    public override SpiConnectionSettings ConnectionSettings => settings;

    private bool HasChipSelect => settings.ChipSelectLine >= 0;

    public override void Read(Span<byte> buffer) => TransferFullDuplex(new byte[buffer.Length], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
        {
            throw new ArgumentException("Both buffers have the same length.", nameof(readBuffer));
        }

        if (HasChipSelect || _isSelected)
        {
            port.Exchange(writeBuffer, readBuffer, hold: !HasChipSelect);
        }
        else
        {
            readBuffer.Fill(0xFF); // nobody drives the wire
        }
    }

    /// <summary>A line has changed, which may be that of chip select.</summary>
    public void OnLine(int line, bool isHigh)
    {
        if (HasChipSelect || line != ModelGpioDriver.ChipSelect || isHigh != _isSelected)
        {
            return;
        }

        _isSelected = !isHigh;
        if (_isSelected)
        {
            port.Exchange([], [], hold: true);
        }
        else
        {
            port.Deselect();
        }
    }

    protected override void Dispose(bool disposing)
    {
        port.Dispose();
        base.Dispose(disposing);
    }
}
