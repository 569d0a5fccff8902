using System.Globalization;
using LibUsbDotNet.LibUsb;
using TpmHw.Transport;
using TpmHw.Transports.Usb;

namespace TpmHw.Transports.LibUsbDotNet;

/// <summary>The USB devices that libusb finds, by LibUsbDotNet 3.</summary>
/// <remarks>
/// libusb itself does not come with the package: on Windows it takes a <c>libusb-1.0.dll</c> beside the program, and the
/// WinUSB driver on the device; on macOS and Linux the system's libusb-1.0.
/// </remarks>
public sealed class LibUsbDotNetBus : IUsbBus, IDisposable
{
    // libusb tells of devices that come and go on some systems only; looking works on all.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private readonly IUsbContext _context;
    private readonly TpmClock _clock;
    private readonly bool _ownsContext;

    /// <summary>Opens libusb.</summary>
    /// <exception cref="TpmTransportException">There is no libusb on this machine.</exception>
    public LibUsbDotNetBus()
        : this(OpenContext()) => _ownsContext = true;

    /// <summary>Uses a context that a program has already, which stays the caller's.</summary>
    /// <param name="context">The context.</param>
    /// <param name="clock">The clock that waiting goes by; null for the machine's.</param>
    public LibUsbDotNetBus(IUsbContext context, TpmClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _clock = clock ?? TpmClock.System;
    }

    /// <inheritdoc/>
    public IReadOnlyList<UsbDeviceInfo> List()
    {
        using UsbDeviceCollection devices = _context.List();
        return [.. devices.Select(Describe)];
    }

    /// <inheritdoc/>
    public IUsbPort Open(UsbDeviceInfo device, int interfaceNumber)
    {
        ArgumentNullException.ThrowIfNull(device);
        IUsbDevice found = _context.Find(d => IsAt(d, device)) ?? throw LibUsbError.Gone(device);
        try
        {
            found.Open();
            (found as object as UsbDevice)?.SetAutoDetachKernelDriver(true);
            found.ClaimInterface(interfaceNumber);
            return new LibUsbDotNetPort(found, Describe(found), interfaceNumber, _clock);
        }
        catch (UsbException e)
        {
            found.Dispose();
            throw LibUsbError.NotOpened(device, e.ErrorCode);
        }
    }

    /// <inheritdoc/>
    public bool WaitForChange(TimeSpan time, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(time, _clock);
        HashSet<string> before = Present();
        while (true)
        {
            if (!before.SetEquals(Present()))
            {
                return true;
            }

            if (deadline.HasPassed)
            {
                return false;
            }

            _clock.Wait(deadline.Remaining < s_look ? deadline.Remaining : s_look, cancellationToken);
        }
    }

    /// <summary>Closes libusb, where this opened it.</summary>
    public void Dispose()
    {
        if (_ownsContext)
        {
            _context.Dispose();
        }
    }

    private static UsbContext OpenContext()
    {
        try
        {
            return new UsbContext();
        }
        catch (Exception e) when (e is DllNotFoundException or UsbException or PlatformNotSupportedException)
        {
            throw LibUsbError.NoLibrary(e);
        }
    }

    /// <summary>What a device says of itself. Its strings can be read only while it is open, which may not be allowed.</summary>
    private static UsbDeviceInfo Describe(IUsbDevice device)
    {
        bool wasOpen = device.IsOpen;
        bool isOpen = wasOpen || device.TryOpen();
        try
        {
            return new UsbDeviceInfo(device.VendorId, device.ProductId, LocationOf(device))
            {
                Serial = isOpen ? Text(device.Info.SerialNumber) : null,
                Name = isOpen ? Text(device.Info.Product) : null,
            };
        }
        finally
        {
            if (isOpen && !wasOpen)
            {
                device.Close();
            }
        }
    }

    private static bool IsAt(IUsbDevice candidate, UsbDeviceInfo device) =>
        candidate.VendorId == device.Vendor && candidate.ProductId == device.Product && LocationOf(candidate) == device.Location;

    private static string LocationOf(IUsbDevice device) =>
        string.Create(CultureInfo.InvariantCulture, $"{device.LocationId.BusNumber}-{string.Join('.', device.LocationId.PortNumbers ?? [])}");

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private HashSet<string> Present()
    {
        using UsbDeviceCollection devices = _context.List();
        return [.. devices.Select(static d => FormattableString.Invariant($"{d.VendorId:x4}:{d.ProductId:x4} {LocationOf(d)}"))];
    }
}
