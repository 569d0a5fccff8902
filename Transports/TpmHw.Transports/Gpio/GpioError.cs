using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Gpio;

/// <summary>What a failure of a GPIO line means, and what to do about it.</summary>
internal static class GpioError
{
    public static TpmTransportException BadName(string name) => new(
        TpmFault.BadConnectionString,
        $"'{name}' is no GPIO line.",
        advice: "Write the chip and the number of the line, gpiochip0/24, or the line's name, GPIO24. gpioinfo lists them.");

    public static TpmTransportException NoSuchName(string name, IReadOnlyList<string> chips) => new(
        TpmFault.NotFound,
        $"No GPIO line is called '{name}'.",
        chips.Count == 0 ? "there is no /dev/gpiochip*" : "looked at " + string.Join(", ", chips),
        "gpioinfo lists the lines. A line without a name is given by its number: gpiochip0/24.");

    public static TpmTransportException NotOpened(string path, Errno error, LinuxHost host, FileStatus? status) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => new(
            TpmFault.NotFound,
            $"There is no {path}.",
            host.GpioChips is { Count: > 0 } chips ? "there is " + string.Join(", ", chips) : "there is no /dev/gpiochip*",
            "gpiodetect lists the chips. On a Raspberry Pi 5 with an older kernel the header's lines are on gpiochip4."),
        Errno.EACCES => NodeAccess.Denied(path, status, host, "gpio"),
        _ => Explain(path, error),
    };

    /// <summary>Somebody else has the line.</summary>
    public static TpmTransportException Taken(GpioAddress address, GpioLineInfo info) => new(
        TpmFault.Busy,
        $"The GPIO line {address} is in use.",
        $"held by {(info.Consumer.ToString() is { Length: > 0 } consumer ? $"'{consumer}'" : "somebody without a name")}",
        "gpioinfo shows who has which line. A kernel driver that has it is unbound, or its device tree overlay removed.");

    public static TpmTransportException Explain(string name, Errno error) => error switch
    {
        Errno.EINVAL or Errno.EOPNOTSUPP => new(
            TpmFault.NotSupported,
            $"The GPIO chip refuses to use {name} that way.",
            Evidence(error),
            "The line may not exist, not be able to interrupt, or the kernel is older than 5.10. gpioinfo lists the lines."),
        Errno.ENOTTY => new(TpmFault.NotFound, $"{name} is no GPIO chip.", Evidence(error), "gpiodetect lists the chips."),
        Errno.ENODEV or Errno.ENXIO => new(TpmFault.Disconnected, $"The GPIO chip of {name} has gone.", Evidence(error), "Was it unplugged, or its driver unbound?"),
        _ => new(TpmFault.InputOutput, $"{name} failed.", Evidence(error), "Look at the kernel's log (dmesg | grep -i gpio)."),
    };

    private static string Evidence(Errno error) => $"{error} (errno {(int)error})";
}
