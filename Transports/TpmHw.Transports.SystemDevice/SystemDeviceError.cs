using System.Device.I2c;
using System.Device.Spi;
using System.Globalization;
using System.Text.RegularExpressions;
using TpmHw.Transports.I2c;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Spi;

namespace TpmHw.Transports.SystemDevice;

/// <summary>What an exception of System.Device means. On Linux the error number is in its text, and nowhere else.</summary>
internal static partial class SystemDeviceError
{
    // What bridges say that have no error numbers: the FT232H family in Iot.Device.Bindings.
    private static readonly string[] s_notAcknowledged = ["while setting up address", "writing device on byte"];

    /// <summary>A SPI device failed. The one of Linux opens its node and sets it up at its first use.</summary>
    public static TpmTransportException OfSpi(SpiConnectionSettings settings, string name, int length, Exception exception)
    {
        string path = FormattableString.Invariant($"/dev/spidev{settings.BusId}.{Math.Max(0, settings.ChipSelectLine)}");
        return NumberOf(exception) switch
        {
            { } error when Says(exception, "Can not open") => SpidevError.NotOpened(path, error, Libc.Status(path), LinuxHost.Current),
            Errno.EINVAL when Says(exception, "Can not set SPI mode") => new TpmTransportException(
                TpmFault.NotSupported,
                $"The SPI controller of {path} refused the mode that a TPM needs.",
                exception.Message,
                settings.ChipSelectLine < 0
                    ? "It may not be able to leave its own chip select alone (ChipSelectLine = -1): open a chip select that nothing is on, and have the TPM's on a GPIO line."
                    : "A TPM needs mode 0. Use another controller, or SoftwareSpi."),
            { } error when Says(exception, "Can not set") => SpidevError.Refused(path, "setting", error),
            { } error => SpidevError.Explain(path, -(int)error, length, LinuxHost.Current),
            null => Other(name, exception),
        };
    }

    /// <summary>An I2C device failed otherwise than by a missing acknowledgement.</summary>
    public static TpmTransportException OfI2c(I2cConnectionSettings settings, string name, Exception exception)
    {
        string path = FormattableString.Invariant($"/dev/i2c-{settings.BusId}");
        return NumberOf(exception) is { } error ? I2cdevError.Explain(path, -(int)error, count: 1) : Other(name, exception);
    }

    /// <summary>Whether an exception means that the chip did not acknowledge.</summary>
    public static bool IsNotAcknowledged(Exception exception) => exception is IOException && (NumberOf(exception) is { } error
        ? I2cdevPort.IsNotAcknowledged(error)
        : Array.Exists(s_notAcknowledged, text => Says(exception, text)));

    /// <summary>A failure that has no error number of Linux.</summary>
    public static TpmTransportException Other(string name, Exception exception) => new(
        exception switch
        {
            TimeoutException => TpmFault.Timeout,
            UnauthorizedAccessException => TpmFault.AccessDenied,
            _ => TpmFault.InputOutput,
        },
        $"{name} failed.",
        exception.Message,
        "The text is that of the device's own library: look there what it means.",
        exception);

    /// <summary>The error number in the text of an exception: <c>Error 121 (Remote I/O error) …</c>.</summary>
    public static Errno? NumberOf(Exception exception) =>
        ErrorNumber().Match(exception.Message) is { Success: true } match
            ? (Errno)int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;

    private static bool Says(Exception exception, string text) => exception.Message.Contains(text, StringComparison.Ordinal);

    [GeneratedRegex(@"\b[Ee]rror:? (\d{1,4})\b")]
    private static partial Regex ErrorNumber();
}
