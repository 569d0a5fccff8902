using System.Globalization;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Usb;

/// <summary>The USB devices of a Linux machine, by sysfs and usbfs; no library is needed.</summary>
public sealed class UsbfsBus : IUsbBus
{
    private const string Devices = "sys/bus/usb/devices";

    // Between looks at the devices. Who waits for one to be plugged in does not notice.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly LinuxHost _host;
    private readonly Func<string, (IControlFile? File, Errno Error)> _open;
    private readonly TpmClock _clock;
    private IReadOnlyList<UsbDeviceInfo>? _seen;

    internal UsbfsBus(LinuxHost host, Func<string, (IControlFile? File, Errno Error)> open, TpmClock clock)
    {
        _host = host;
        _open = open;
        _clock = clock;
    }

    /// <summary>Those of this machine.</summary>
    public static UsbfsBus Current { get; } = new(LinuxHost.Current, OpenFile, TpmClock.System);

    /// <inheritdoc/>
    public IReadOnlyList<UsbDeviceInfo> List() => _seen = [.. _host.Entries(Devices).Select(Describe).OfType<UsbDeviceInfo>()];

    /// <inheritdoc/>
    public IUsbPort Open(UsbDeviceInfo device, int interfaceNumber)
    {
        ArgumentNullException.ThrowIfNull(device);
        string path = device.Path ?? throw new ArgumentException("A device of another bus.", nameof(device));
        (IControlFile? file, Errno error) = _open(path);
        if (file is null)
        {
            throw UsbfsError.NotOpened(device, error, Libc.Status(_host.At(path[1..])), _host);
        }

        try
        {
            return new UsbfsPort(device, file, interfaceNumber, _host, _clock);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool WaitForChange(TimeSpan time, CancellationToken cancellationToken)
    {
        IReadOnlyList<UsbDeviceInfo> before = _seen ?? List();
        for (var deadline = Deadline.After(time, _clock); ; _clock.Wait(s_look < deadline.Remaining ? s_look : deadline.Remaining, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!List().SequenceEqual(before))
            {
                return true;
            }

            if (deadline.HasPassed)
            {
                return false;
            }
        }
    }

    // Interfaces (1-2:1.0) are listed beside devices (1-2, usb1), and have no idVendor.
    private UsbDeviceInfo? Describe(string location)
    {
        string folder = $"{Devices}/{location}/";
        return Number("idVendor", NumberStyles.AllowHexSpecifier) is { } vendor
            && Number("idProduct", NumberStyles.AllowHexSpecifier) is { } product
            && Number("busnum", NumberStyles.None) is { } bus
            && Number("devnum", NumberStyles.None) is { } number
            ? new UsbDeviceInfo(vendor, product, location)
            {
                Serial = Text("serial"),
                Name = Text("product"),
                Path = string.Create(CultureInfo.InvariantCulture, $"/dev/bus/usb/{bus:000}/{number:000}"),
            }
            : null;

        string? Text(string file) => _host.Text(folder + file).Trim() is { Length: > 0 } text ? text : null;

        ushort? Number(string file, NumberStyles style) => ushort.TryParse(Text(file), style, CultureInfo.InvariantCulture, out ushort value) ? value : null;
    }

    private static (IControlFile? File, Errno Error) OpenFile(string path)
    {
        (SafeFileHandle file, Errno error) = Libc.OpenDevice(path);
        if (!file.IsInvalid)
        {
            return (new ControlFile(file, PollEvents.Out), default);
        }

        file.Dispose();
        return (null, error);
    }
}
