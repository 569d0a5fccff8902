using LibUsbDotNet;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>A libusb that has devices, and nothing else that the adapter uses.</summary>
internal abstract class ContextBase : IUsbContext
{
    public UsbDeviceCollection List() => new([.. Present()]);

    public IUsbDevice Find(Func<IUsbDevice, bool> predicate) => Present().FirstOrDefault(predicate)!;

    public IUsbDevice Find(UsbDeviceFinder finder) => throw new NotSupportedException();

    public UsbDeviceCollection FindAll(UsbDeviceFinder finder) => throw new NotSupportedException();

    public UsbDeviceCollection FindAll(Func<IUsbDevice, bool> predicate) => throw new NotSupportedException();

    public void SetDebugLevel(LogLevel level) => throw new NotSupportedException();

    public void StartHandlingEvents() => throw new NotSupportedException();

    public void StopHandlingEvents() => throw new NotSupportedException();

    public void Dispose()
    {
    }

    /// <summary>The devices that are plugged in.</summary>
    protected abstract IEnumerable<IUsbDevice> Present();
}
