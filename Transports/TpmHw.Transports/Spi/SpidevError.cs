using System.Globalization;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Spi;

/// <summary>Why a spidev node could not be opened or used, and what to do about it on this machine.</summary>
internal static class SpidevError
{
    /// <summary>The error for an error number of open(2).</summary>
    public static TpmTransportException NotOpened(string path, Errno error, FileStatus? status, LinuxHost host) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR => new(
            TpmFault.NotFound,
            $"There is no {path}.",
            host.SpiDevices is { Count: > 0 } devices ? "there is " + string.Join(", ", devices) : "there is no /dev/spidev*",
            WhereItMayBe(host)),
        Errno.EACCES => NodeAccess.Denied(path, status, host, "spi"),
        Errno.EPERM => NodeAccess.Forbidden(path, Evidence(error), host),
        Errno.ENODEV or Errno.ENXIO => new(
            TpmFault.NotFound,
            $"{path} is there, but there is no SPI device behind it.",
            Evidence(error),
            "The driver was unbound, or the node was made by hand with other numbers."),
        _ => new(TpmFault.InputOutput, $"{path} can't be opened.", Evidence(error), LookAtTheLog),
    };

    /// <summary>Another process has locked the node.</summary>
    public static TpmTransportException Locked(string path, LinuxHost host) => new(
        TpmFault.Busy,
        $"Another program has {path} for itself.",
        host.HoldersText(path, isOpenHere: true),
        "Two programs that talk to one TPM over SPI break each other's frames: end the other one, or share the TPM through a server.");

    /// <summary>The controller refused a setting.</summary>
    public static TpmTransportException Refused(string path, string what, Errno error) => error == Errno.ENOTTY
        ? new(TpmFault.NotFound, $"{path} is no spidev node.", Evidence(error), "A SPI port's node is a character device such as /dev/spidev0.1.")
        : new(
            TpmFault.NotSupported,
            $"The SPI controller of {path} refused the {what} that a TPM needs.",
            Evidence(error),
            "A TPM needs mode 0 and 8 bits. Chip select on a GPIO line also needs a controller that can leave its own alone (SPI_NO_CS).");

    /// <summary>The controller took a setting and did something else.</summary>
    public static TpmTransportException NotAsSet(string path, string what, string wanted, string got) => new(
        TpmFault.NotSupported,
        $"The SPI controller of {path} did not take the {what} that was set.",
        $"set {wanted}, read back {got}",
        what == "clock rate" ? "Give another one with hz=… ." : "Use another controller, or the kernel's spi-gpio driver.");

    /// <summary>A message failed, or moved another number of bytes.</summary>
    public static TpmTransportException Explain(string path, int result, int length, LinuxHost host)
    {
        if (result >= 0)
        {
            return new(TpmFault.InputOutput, $"{path} moved only a part of a frame.", string.Create(CultureInfo.InvariantCulture, $"{result} of {length} bytes"), LookAtTheLog);
        }

        var error = (Errno)(-result);
        return error switch
        {
            Errno.EMSGSIZE => new(
                TpmFault.NotSupported,
                $"{path} takes no frame of {length} bytes.",
                $"{Evidence(error)}; bufsiz is {host.Text("sys/module/spidev/parameters/bufsiz")}",
                "Load spidev with a larger buffer: spidev.bufsiz=4096 on the kernel's command line."),
            Errno.ENODEV or Errno.ENXIO or Errno.ESHUTDOWN => new(
                TpmFault.Disconnected, $"The SPI device of {path} has gone.", Evidence(error), "Was its driver unbound, or an overlay removed? Open it again once it is back."),
            Errno.ETIMEDOUT => new(TpmFault.Timeout, $"The SPI controller of {path} did not finish a frame.", Evidence(error), LookAtTheLog),
            _ => new(TpmFault.InputOutput, $"{path} failed.", Evidence(error), LookAtTheLog),
        };
    }

    private const string LookAtTheLog = "Look at the kernel's log (dmesg | grep -i spi).";

    private static string Evidence(Errno error) => $"{error} (errno {(int)error})";

    // What may be the reason, from the most telling sign to none at all.
    private static string WhereItMayBe(LinuxHost host) =>
        host.KernelTpms is [var tpm, ..]
            ? $"The kernel has a driver for {tpm}, which may be this TPM: an overlay such as tpm-slb9670 takes the chip select away from spidev. Then use device:/dev/{tpm.Replace("tpm", "tpmrm", StringComparison.Ordinal)}, or take the overlay out."
        : host.IsContainer
            ? "This is a container: give it the device with --device."
        : host.Text("proc/device-tree/model").Contains("Raspberry Pi", StringComparison.Ordinal)
            ? "Add dtparam=spi=on to /boot/firmware/config.txt and start again: the Raspberry Pi then has /dev/spidev0.0 and /dev/spidev0.1."
            : "The device tree has to name a spidev device on the controller, and the kernel to have the spidev driver: sudo modprobe spidev";
}
