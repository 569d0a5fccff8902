using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.SystemDevice;

/// <summary>A TPM on what System.Device has opened.</summary>
public static class SystemDeviceTransport
{
    private const string Kind = "system-device";

    private delegate IGpioLine? LineOpener(int? pin, GpioDirection direction);

    /// <summary>Opens the TPM on a SPI device.</summary>
    /// <param name="device">The device. It belongs to the transport from now on, and is disposed where this fails.</param>
    /// <param name="options">What there is beside it; nothing where null.</param>
    /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
    public static ITpmTransport Open(SpiDevice device, SystemDeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new SystemDeviceOptions();
        return Open(device, options, line =>
        {
            ISpiPort port = new SpiDevicePort(device, options.Clock);
            if (line(options.ChipSelectLine, GpioDirection.OutputHigh) is { } chipSelect)
            {
                port = new LineSelectedSpiPort(port, chipSelect);
            }

            var bus = new SpiRegisterBus(port, options.WaitMode, line(options.InterruptLine, GpioDirection.InputFalling));
            return RegisterTransport.Open(bus, Kind, bus.Name, options.Transport);
        });
    }

    /// <summary>Opens the TPM on an I2C device.</summary>
    /// <param name="device">The device. It belongs to the transport from now on, and is disposed where this fails.</param>
    /// <param name="options">What there is beside it; nothing where null.</param>
    /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
    public static ITpmTransport Open(I2cDevice device, SystemDeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new SystemDeviceOptions();
        return Open(device, options, line =>
        {
            var port = new I2cDevicePort(device, options.RepeatsStart, options.Clock);
            return I2cTransport.Open(port, options.I2cChip, Kind, port.Name, line(options.InterruptLine, GpioDirection.InputFalling), options.Transport);
        });
    }

    private static ITpmTransport Open<TDevice>(TDevice device, SystemDeviceOptions options, Func<LineOpener, ITpmTransport> open)
        where TDevice : IDisposable
    {
        var opened = new List<IDisposable> { device };
        try
        {
            IGpioLine? reset = Line(options.ResetLine, GpioDirection.OutputHigh);
            ITpmTransport transport = open(Line);
            return reset is null ? transport : new ResetLineTransport(transport, reset, options.Clock ?? TpmClock.System);
        }
        catch
        {
            opened.ForEach(static part => part.Dispose());
            throw;
        }

        GpioControllerLine? Line(int? pin, GpioDirection direction)
        {
            if (pin is not { } number)
            {
                return null;
            }

            GpioController gpio = options.Gpio ?? throw new ArgumentException($"A line is given, and no {nameof(options.Gpio)} that it is on.", nameof(options));
            var line = new GpioControllerLine(gpio, number, direction, options.Clock);
            opened.Add(line);
            return line;
        }
    }
}
