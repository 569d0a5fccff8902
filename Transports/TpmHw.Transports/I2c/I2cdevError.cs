using System.Globalization;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.I2c;

/// <summary>Why an I2C bus's node could not be opened or used, and what to do about it on this machine.</summary>
internal static class I2cdevError
{
    private const string LookAtTheLog = "Look at the kernel's log (dmesg | grep -i i2c).";

    /// <summary>The error for an error number of open(2).</summary>
    public static TpmTransportException NotOpened(string path, Errno error, FileStatus? status, LinuxHost host) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => new(
            TpmFault.NotFound,
            $"There is no {path}.",
            host.I2cBuses is { Count: > 0 } buses ? "there is " + string.Join(", ", buses) : "there is no /dev/i2c-*",
            WhereItMayBe(host)),
        Errno.EACCES => NodeAccess.Denied(path, status, host, "i2c"),
        Errno.EPERM => NodeAccess.Forbidden(path, Evidence(error), host),
        Errno.ENODEV or Errno.ENXIO => new(
            TpmFault.NotFound,
            $"{path} is there, but there is no I2C bus behind it.",
            Evidence(error),
            "The driver was unbound, or the node was made by hand with other numbers."),
        _ => new(TpmFault.InputOutput, $"{path} can't be opened.", Evidence(error), LookAtTheLog),
    };

    /// <summary>Another program that drives TPMs itself has this one.</summary>
    public static TpmTransportException Locked(string path, byte address, LinuxHost host)
    {
        (IReadOnlyList<FileHolder> holders, int hidden) = host.HoldersOf(path);
        holders = [.. holders.Where(static h => h.Process != Environment.ProcessId)];
        return new(
            TpmFault.Busy,
            $"Another program has the TPM at {Text(address)} of {path} for itself.",
            holders.Count > 0 ? $"{path} is open in " + string.Join(", ", holders)
                : hidden > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hidden} processes of other users can't be looked into; root sees them all")
                : "this program has it open already",
            "Only one program can drive a TPM's registers: end the other one.");
    }

    /// <summary>I2C_SLAVE was refused.</summary>
    public static TpmTransportException NotClaimed(string path, byte address, Errno error, LinuxHost host) => error switch
    {
        Errno.EBUSY => Bound(path, address, host),
        Errno.ENOTTY => NoBus(path, error),
        _ => new(TpmFault.InputOutput, $"{path} does not take the address {Text(address)}.", Evidence(error), LookAtTheLog),
    };

    /// <summary>I2C_FUNCS was refused.</summary>
    public static TpmTransportException NoBus(string path, Errno error) =>
        new(TpmFault.NotFound, $"{path} is no I2C bus's node.", Evidence(error), "An I2C bus's node is a character device such as /dev/i2c-1.");

    /// <summary>The controller has SMBus's messages only.</summary>
    public static TpmTransportException NoMessages(string path, nuint functions) => new(
        TpmFault.NotSupported,
        $"The I2C controller of {path} can send no messages of one's own.",
        string.Create(CultureInfo.InvariantCulture, $"I2C_FUNCS = 0x{functions:X}"),
        "It is made for SMBus. Put the TPM on another bus, or use the kernel's i2c-gpio driver.");

    /// <summary>The controller refuses a message before it sends anything.</summary>
    public static TpmTransportException Refused(string path, int written, int read) => new(
        TpmFault.NotSupported,
        $"The I2C controller of {path} can't send such a message.",
        string.Create(CultureInfo.InvariantCulture, $"{written} bytes written, {read} bytes read, EOPNOTSUPP (errno 95)"),
        "Use another controller, or the kernel's i2c-gpio driver.");

    /// <summary>A transfer failed otherwise than by a missing acknowledgement.</summary>
    public static TpmTransportException Explain(string path, int result, int count)
    {
        if (result >= 0)
        {
            return new(TpmFault.InputOutput, $"{path} sent only a part.", string.Create(CultureInfo.InvariantCulture, $"{result} of {count} messages"), LookAtTheLog);
        }

        var error = (Errno)(-result);
        return error switch
        {
            Errno.ENODEV or Errno.ESHUTDOWN => new(
                TpmFault.Disconnected, $"The I2C bus of {path} has gone.", Evidence(error), "Was its driver unbound, or an adapter unplugged? Open it again once it is back."),
            Errno.ETIMEDOUT => new(
                TpmFault.Timeout,
                $"The I2C controller of {path} did not finish a message.",
                Evidence(error),
                "SCL or SDA is held low: check the pull-ups and the TPM's power, and reset it. A TPM may hold SCL for a while, which not every controller bears."),
            _ => new(TpmFault.InputOutput, $"{path} failed.", Evidence(error), LookAtTheLog),
        };
    }

    private static TpmTransportException Bound(string path, byte address, LinuxHost host)
    {
        string bus = Path.GetFileName(path).Replace("i2c-", "", StringComparison.Ordinal);
        string device = string.Create(CultureInfo.InvariantCulture, $"{bus}-{address:x4}");
        const string Drivers = "sys/bus/i2c/drivers";
        string? driver = host.Entries(Drivers).FirstOrDefault(name => host.Exists($"{Drivers}/{name}/{device}"));
        string instead = host.KernelTpms is [var tpm, ..] ? $"Use device:/dev/{tpm.Replace("tpm", "tpmrm", StringComparison.Ordinal)}, or take the chip from the driver until the next start:" : "Take the chip from the driver until the next start:";
        return new(
            TpmFault.Busy,
            $"A driver of the kernel has the chip at {Text(address)} of {path}.",
            driver is null ? Evidence(Errno.EBUSY) : $"{device} is bound to {driver}",
            driver is null ? "Find it with ls -l /sys/bus/i2c/devices/*/driver, and take its device-tree overlay out." : $"{instead}\necho {device} | sudo tee /{Drivers}/{driver}/unbind");
    }

    private static string Text(byte address) => string.Create(CultureInfo.InvariantCulture, $"0x{address:X2}");

    private static string Evidence(Errno error) => $"{error} (errno {(int)error})";

    // What may be the reason, from the most telling sign to none at all.
    private static string WhereItMayBe(LinuxHost host) =>
        host.IsContainer ? "This is a container: give it the device with --device."
        : host.Text("proc/device-tree/model").Contains("Raspberry Pi", StringComparison.Ordinal)
            ? "Add dtparam=i2c_arm=on to /boot/firmware/config.txt and start again: the Raspberry Pi then has /dev/i2c-1, once i2c-dev is loaded (sudo modprobe i2c-dev)."
            : "The kernel needs the i2c-dev driver for such nodes: sudo modprobe i2c-dev";
}
