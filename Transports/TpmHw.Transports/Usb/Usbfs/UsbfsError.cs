using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Usb;

/// <summary>What a failure of a USB device means, and what to do about it.</summary>
internal static class UsbfsError
{
    /// <summary>The node could not be opened.</summary>
    public static TpmTransportException NotOpened(UsbDeviceInfo device, Errno error, FileStatus? status, LinuxHost host) => error switch
    {
        Errno.ENOENT or Errno.ENOTDIR when host.IsContainer => new(
            TpmFault.NotFound,
            $"{Name(device)} is plugged in, but {device.Path} is not in this container.",
            Evidence(error),
            "Give it the device: --device /dev/bus/usb, or as a volume with a device control group rule, so that it may be plugged in again."),
        Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV or Errno.ENXIO => Gone(device, error),
        Errno.EACCES => NodeAccess.Denied(device.Path!, status, host, "tss", instead: Rule(device)),
        Errno.EPERM => new(
            TpmFault.AccessDenied,
            $"The kernel does not let this process open {device.Path}, whoever runs it.",
            Evidence(error),
            host.IsContainer ? "The container was started without the device: give it with --device /dev/bus/usb." : "A device control group forbids it. In a systemd unit that is DeviceAllow= or PrivateDevices=yes."),
        _ => Failed(device, "open", error),
    };

    /// <summary>Somebody else has the interface.</summary>
    public static TpmTransportException Taken(UsbDeviceInfo device, LinuxHost host) => new(
        TpmFault.Busy, $"Another program has {Name(device)}.", host.HoldersText(device.Path!, isOpenHere: true), "Only one program can have it at a time: end the other one.");

    public static TpmTransportException Gone(UsbDeviceInfo device, Errno error) => new(
        TpmFault.Disconnected, $"{Name(device)} was unplugged.", $"{device.Path}: {Evidence(error)}", "Plug it in and open it again.");

    public static TpmTransportException Failed(UsbDeviceInfo device, string what, Errno error) => error is Errno.ENODEV or Errno.ESHUTDOWN
        ? Gone(device, error)
        : new(
            TpmFault.InputOutput,
            $"USB failed on {Name(device)}.",
            $"{what}: {Evidence(error)}",
            "Look at the kernel's log (dmesg | grep -i usb). Try another port or cable, without a hub between.");

    // The file with all rules is in the repository; this is the one line that is needed here.
    private static string Rule(UsbDeviceInfo device) => $"""
        Without a rule, USB devices are for root alone. TpmHw has one for this: Transports/udev/60-tpmhw.rules. Or, for this kind of device:
        echo 'SUBSYSTEM=="usb", ATTR{"{"}idVendor{"}"}=="{device.Vendor:x4}", ATTR{"{"}idProduct{"}"}=="{device.Product:x4}", MODE="0660", TAG+="uaccess"' | sudo tee /etc/udev/rules.d/60-tpmhw.rules && sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=usb
        It opens the device to whoever sits at this machine. For users who log in from elsewhere, add GROUP="tss" and make them members of it.
        """;

    private static string Name(UsbDeviceInfo device) =>
        $"{device.Name ?? "the USB device"} {device.Vendor:x4}:{device.Product:x4}{(device.Serial is { } serial ? $" with the serial number {serial}" : "")}";

    private static string Evidence(Errno error) => $"{error} (errno {(int)error})";
}
