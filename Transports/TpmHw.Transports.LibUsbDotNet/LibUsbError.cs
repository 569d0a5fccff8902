using System.Globalization;
using LibUsbDotNet;
using TpmHw.Transports.Usb;

namespace TpmHw.Transports.LibUsbDotNet;

/// <summary>What libusb's errors mean, and what to do about them.</summary>
internal static class LibUsbError
{
    public static TpmTransportException NoLibrary(Exception exception) => new(
        TpmFault.NotFound,
        "libusb-1.0 can't be used on this machine.",
        exception.Message,
        OperatingSystem.IsWindows() ? "Put libusb-1.0.dll (libusb.info) beside the program: LibUsbDotNet does not bring it."
            : OperatingSystem.IsMacOS() ? "Install it: brew install libusb"
            : "Install it: on Debian and Ubuntu sudo apt-get install libusb-1.0-0",
        exception);

    public static TpmTransportException Gone(UsbDeviceInfo device) => new(
        TpmFault.NotFound,
        $"{Name(device)} is not there.",
        $"looked at {device.Location}",
        "It was unplugged, or is in another port now: list the devices again.");

    public static TpmTransportException NotOpened(UsbDeviceInfo device, Error error) => error switch
    {
        Error.Access => new(
            TpmFault.AccessDenied,
            $"You may not open {Name(device)}.",
            Evidence(error),
            OperatingSystem.IsWindows() ? "Another program or driver has it. The device needs the WinUSB driver (zadig.akeo.ie puts it there), and no other program that uses it."
                : OperatingSystem.IsMacOS() ? "A driver of the system has it: run the program as root, or end what uses the device."
                : string.Create(CultureInfo.InvariantCulture, $"A udev rule opens it to those who are logged in: SUBSYSTEM==\"usb\", ATTR{{idVendor}}==\"{device.Vendor:x4}\", ATTR{{idProduct}}==\"{device.Product:x4}\", TAG+=\"uaccess\"")),
        Error.Busy => new(
            TpmFault.Busy,
            $"Another program has {Name(device)}.",
            Evidence(error),
            "End the other program; a virtual machine that was given the device counts as one."),
        Error.NotSupported => new(
            TpmFault.NotSupported,
            $"{Name(device)} has a driver that libusb can't work with.",
            Evidence(error),
            "On Windows the device needs the WinUSB driver: zadig.akeo.ie puts it there."),
        _ => Failed(device, error),
    };

    public static TpmTransportException Failed(UsbDeviceInfo device, Error error) => error switch
    {
        // macOS and older libusb tell of a device that was unplugged as of one that is not found.
        Error.NoDevice or Error.NotFound => new(
            TpmFault.Disconnected,
            $"{Name(device)} has gone.",
            Evidence(error),
            "It was unplugged, or was reset and is another device now. Plug it in, and open it again."),
        Error.Access or Error.Busy or Error.NotSupported => NotOpened(device, error),
        _ => new(
            TpmFault.InputOutput,
            $"A transfer with {Name(device)} failed.",
            Evidence(error),
            "Try another port or cable, and no hub. If it goes on, plug the device out and in."),
    };

    private static string Name(UsbDeviceInfo device) => string.Create(
        CultureInfo.InvariantCulture,
        $"the USB device {device.Vendor:x4}:{device.Product:x4} at {device.Location}");

    private static string Evidence(Error error) => $"libusb says {error} ({(int)error})";
}
