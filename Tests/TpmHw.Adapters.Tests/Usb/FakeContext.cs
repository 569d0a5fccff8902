using LibUsbDotNet;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>libusb with scripted devices.</summary>
internal sealed class FakeContext : IUsbContext
{
    public List<FakeDevice> Devices { get; } = [];

    /// <summary>Runs each time that somebody lists the devices.</summary>
    public Action? Listed { get; set; }

    public UsbDeviceCollection List()
    {
        Listed?.Invoke();
        return new UsbDeviceCollection([.. Devices]);
    }

    public IUsbDevice Find(Func<IUsbDevice, bool> predicate) => Devices.FirstOrDefault(d => predicate(d))!;

    public IUsbDevice Find(UsbDeviceFinder finder) => throw new NotSupportedException();

    public UsbDeviceCollection FindAll(UsbDeviceFinder finder) => throw new NotSupportedException();

    public UsbDeviceCollection FindAll(Func<IUsbDevice, bool> predicate) => throw new NotSupportedException();

    public void SetDebugLevel(LogLevel level) => throw new NotSupportedException();

    public void StartHandlingEvents() => throw new NotSupportedException();

    public void StopHandlingEvents() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
