using System.Collections.ObjectModel;
using LibUsbDotNet.Main;
using TpmHw.Contracts;

namespace LibUsbDotNet.LibUsb;

/// <summary>libusb, opened.</summary>
public interface IUsbContext : IDisposable
{
    /// <summary>Sets how much it says.</summary>
    void SetDebugLevel(LogLevel level);

    /// <summary>All devices.</summary>
    UsbDeviceCollection List();

    /// <summary>The first that fits.</summary>
    IUsbDevice Find(UsbDeviceFinder finder);

    /// <summary>The first that fits.</summary>
    IUsbDevice Find(Func<IUsbDevice, bool> predicate);

    /// <summary>All that fit.</summary>
    UsbDeviceCollection FindAll(UsbDeviceFinder finder);

    /// <summary>All that fit.</summary>
    UsbDeviceCollection FindAll(Func<IUsbDevice, bool> predicate);

    /// <summary>Starts the thread that serves transfers.</summary>
    void StartHandlingEvents();

    /// <summary>Ends it.</summary>
    void StopHandlingEvents();
}

/// <summary>libusb of this machine: not in a contract.</summary>
public class UsbContext : IUsbContext
{
    /// <summary>Opens libusb: not in a contract.</summary>
    public UsbContext() => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public void SetDebugLevel(LogLevel level) => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public UsbDeviceCollection List() => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public IUsbDevice Find(UsbDeviceFinder finder) => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public IUsbDevice Find(Func<IUsbDevice, bool> predicate) => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public UsbDeviceCollection FindAll(UsbDeviceFinder finder) => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public UsbDeviceCollection FindAll(Func<IUsbDevice, bool> predicate) => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public void StartHandlingEvents() => throw Contract.NoHardware("LibUsbDotNet");

    /// <inheritdoc/>
    public void StopHandlingEvents() => throw Contract.NoHardware("LibUsbDotNet");

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Dispose(disposeManagedObjects: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes it.</summary>
    protected virtual void Dispose(bool disposeManagedObjects)
    {
    }
}

/// <summary>Devices, which are disposed with their list.</summary>
public class UsbDeviceCollection : ReadOnlyCollection<IUsbDevice>, IDisposable
{
    /// <summary>Makes one.</summary>
    public UsbDeviceCollection(IList<IUsbDevice> list)
        : base(list)
    {
    }

    /// <summary>Disposes its devices.</summary>
    public void Dispose()
    {
        foreach (IUsbDevice device in this)
        {
            device.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
