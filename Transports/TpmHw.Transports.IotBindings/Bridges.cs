using System.Device.Gpio;
using System.Device.I2c;
using System.Device.Spi;
using Iot.Device.Ft4222;
using Iot.Device.FtCommon;
using Iot.Device.Spi;

namespace TpmHw.Transports.IotBindings;

/// <summary>
/// SPI and I2C devices of the bridges that Iot.Device.Bindings reaches, set up as a TPM needs them, for <c>Tpm2.Open</c>.
/// </summary>
/// <remarks>
/// <para>
/// FTDI's own libraries have to be there: <c>ftd2xx</c>, and <c>libft4222</c> for an FT4222. None of these bridges holds
/// chip select between calls; where the TPM inserts wait states, put its chip select on a GPIO line, and leave the one that
/// is named here unconnected. None of them has lines that can be waited for.
/// </para>
/// <para>
/// All of them make a stop of the repeated start in I2C's <c>WriteRead</c>, and an FT4222 does not tell of bytes that were not
/// acknowledged.
/// </para>
/// </remarks>
public static class Bridges
{
    /// <summary>A clock rate that every TPM takes, in hertz.</summary>
    public const int UsualClockHz = 10_000_000;

    // Slave select 0 as FTDI's library wants it: a map of lines, not a number.
    private const int Ft4222Select = 1;

    /// <summary>The SPI bus of an FT4222.</summary>
    /// <param name="index">Which one, where there are several.</param>
    /// <param name="clockHz">The highest clock rate, in hertz.</param>
    /// <exception cref="TpmTransportException">There is none, or FTDI's library is not there.</exception>
    public static SpiDevice Ft4222Spi(int index = 0, int clockHz = UsualClockHz) => Open("FT4222", () =>
    {
        _ = Pick(Ft4222Device.GetFt4222(), index); // the library itself fails with an index that is out of range
        return new WholeReadDevice(new Ft4222Spi(new SpiConnectionSettings(index, Ft4222Select) { ClockFrequency = clockHz }));
    });

    /// <summary>The I2C bus of an FT4222, at 400 kHz.</summary>
    /// <param name="address">The TPM's address.</param>
    /// <param name="index">Which one, where there are several.</param>
    /// <exception cref="TpmTransportException">There is none, or FTDI's library is not there.</exception>
    public static I2cDevice Ft4222I2c(int address = 0x2E, int index = 0) =>
        Open("FT4222", () => Pick(Ft4222Device.GetFt4222(), index).CreateI2cDevice(new I2cConnectionSettings(0, address)));

    /// <summary>The lines of an FT4222. All of them are outputs, and low, until they are opened: a reset line among them resets the TPM.</summary>
    /// <param name="index">Which one, where there are several.</param>
    /// <exception cref="TpmTransportException">There is none, or FTDI's library is not there.</exception>
    public static GpioController Ft4222Lines(int index = 0) => Open("FT4222", () => new GpioController(new Ft4222Gpio(index)));

    /// <summary>The SPI bus of a bridge of the FT232H family.</summary>
    /// <param name="chipSelect">The line of chip select: 3 (ADBUS3) or more.</param>
    /// <param name="index">Which bridge, where there are several.</param>
    /// <param name="clockHz">The highest clock rate, in hertz.</param>
    /// <returns>The device, and the bridge's other lines.</returns>
    /// <exception cref="TpmTransportException">There is none, or FTDI's library is not there.</exception>
    public static (SpiDevice Device, GpioController Lines) Ft232HSpi(int chipSelect = 3, int index = 0, int clockHz = UsualClockHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chipSelect, 3);
        return Open("FT232H", () =>
        {
            Ftx232HDevice bridge = Pick(Ftx232HDevice.GetFtx232H(), index);
            SpiDevice device = bridge.CreateSpiDevice(new SpiConnectionSettings(0, chipSelect) { ClockFrequency = clockHz });
            return ((SpiDevice)new WholeReadDevice(device), bridge.CreateGpioController());
        });
    }

    /// <summary>The I2C bus of a bridge of the FT232H family.</summary>
    /// <param name="address">The TPM's address.</param>
    /// <param name="index">Which bridge, where there are several.</param>
    /// <exception cref="TpmTransportException">There is none, or FTDI's library is not there.</exception>
    public static I2cDevice Ft232HI2c(int address = 0x2E, int index = 0) =>
        Open("FT232H", () => Pick(Ftx232HDevice.GetFtx232H(), index).CreateI2cDevice(new I2cConnectionSettings(0, address)));

    /// <summary>
    /// SPI on any lines, bit by bit. It has no chip select: name the TPM's as the options' line, which can then be held.
    /// The clock is as slow as the lines are.
    /// </summary>
    /// <param name="gpio">The controller of the lines; stays the caller's.</param>
    /// <param name="clock">SCLK.</param>
    /// <param name="toTpm">MOSI.</param>
    /// <param name="fromTpm">MISO.</param>
    public static SpiDevice Software(GpioController gpio, int clock, int toTpm, int fromTpm)
    {
        ArgumentNullException.ThrowIfNull(gpio);
        return new SoftwareSpi(clock, sdi: fromTpm, sdo: toTpm, cs: -1, new SpiConnectionSettings(-1, -1), gpio, shouldDispose: false);
    }

    internal static T Pick<T>(List<T> bridges, int index) => index >= 0 && index < bridges.Count
        ? bridges[index]
        : throw new IOException(FormattableString.Invariant($"There are {bridges.Count} of them, and no number {index}."));

    internal static T Open<T>(string bridge, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (DllNotFoundException e)
        {
            throw new TpmTransportException(
                TpmFault.NotFound,
                $"An {bridge} needs FTDI's own library, which is not on this machine.",
                e.Message,
                "Install ftd2xx, and libft4222 for an FT4222, from ftdichip.com.",
                e);
        }
        catch (IOException e)
        {
            throw new TpmTransportException(
                TpmFault.NotFound,
                $"There is no {bridge} that can be opened.",
                e.Message,
                OperatingSystem.IsLinux() ? "Is it plugged in? The kernel's driver for serial ports has to let go of it: sudo rmmod ftdi_sio" : "Is it plugged in, and used by no other program?",
                e);
        }
    }
}
