using System.Device.Spi;
using TpmHw.Transport;
using TpmHw.Transports.Spi;
using DeviceMode = System.Device.Spi.SpiMode;

namespace TpmHw.Transports.SystemDevice;

/// <summary>A SPI port on any <see cref="SpiDevice"/>.</summary>
/// <remarks>
/// A <see cref="SpiDevice"/> releases chip select at the end of every call, so that this port can't hold it: a TPM whose
/// number of wait bytes on the FIFO varies needs its chip select on a GPIO line (<see cref="LineSelectedSpiPort"/>).
/// </remarks>
public sealed class SpiDevicePort : ISpiPort
{
    private readonly SpiDevice _device;
    private readonly byte[] _dummy = new byte[1];

    /// <summary>Puts a port on a device, which it then owns.</summary>
    /// <param name="device">The device.</param>
    /// <param name="clock">The clock that waiting goes by; null for the machine's.</param>
    /// <exception cref="TpmTransportException">It is set up in a way that no TPM understands.</exception>
    public SpiDevicePort(SpiDevice device, TpmClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        Clock = clock ?? TpmClock.System;
        SpiConnectionSettings settings = device.ConnectionSettings;
        Name = FormattableString.Invariant($"{device.GetType().Name} {settings.BusId}.{settings.ChipSelectLine}");
        if (settings is not { Mode: DeviceMode.Mode0, DataBitLength: 8, DataFlow: DataFlow.MsbFirst })
        {
            throw new TpmTransportException(
                TpmFault.NotSupported,
                $"{Name} is set up in a way that no TPM understands.",
                FormattableString.Invariant($"{settings.Mode}, {settings.DataBitLength} bits, {settings.DataFlow}"),
                "A TPM takes SpiMode.Mode0, 8 bits and DataFlow.MsbFirst, which are what SpiConnectionSettings starts with.");
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool CanHoldChipSelect => false;

    /// <summary>The clock rate that was asked for, in hertz; the device does not tell the one in force.</summary>
    public int ClockHz => _device.ConnectionSettings.ClockFrequency;

    /// <inheritdoc/>
    public TpmClock Clock { get; }

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<byte> output, Span<byte> input, bool hold)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, output.Length);
        if (hold)
        {
            throw new NotSupportedException($"{Name} can't hold chip select.");
        }

        try
        {
            if (output.Length > 0)
            {
                _device.TransferFullDuplex(output, input);
            }
            else
            {
                // A device does nothing without bytes. One of a header is no access yet, and has chip select fall.
                _dummy[0] = 0;
                _device.TransferFullDuplex(_dummy, _dummy);
            }
        }
        catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
        {
            throw SystemDeviceError.OfSpi(_device.ConnectionSettings, Name, output.Length, e);
        }
    }

    /// <inheritdoc/>
    public void Deselect()
    {
        // The end of every call did that.
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();
}
