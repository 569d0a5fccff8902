using System.Device.Gpio;
using System.Device.Spi;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;
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

            return new SpiRegisterBus(port, options.WaitMode, line(options.InterruptLine, GpioDirection.InputFalling));
        });
    }

    private static ITpmTransport Open<TDevice>(TDevice device, SystemDeviceOptions options, Func<LineOpener, ITpmRegisterBus> makeBus)
        where TDevice : IDisposable
    {
        var opened = new List<IDisposable> { device };
        try
        {
            IGpioLine? reset = Line(options.ResetLine, GpioDirection.OutputHigh);
            ITpmRegisterBus bus = makeBus(Line);
            ITpmTransport transport = RegisterTransport.Open(bus, Kind, bus.Name, options.Transport);
            return reset is null ? transport : new ResetLineTransport(transport, reset, bus.Clock);
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
