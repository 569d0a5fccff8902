using LibUsbDotNet.LibUsb;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>libusb with scripted devices.</summary>
internal sealed class FakeContext : ContextBase
{
    public List<FakeDevice> Devices { get; } = [];

    /// <summary>Runs each time that somebody looks for devices.</summary>
    public Action? Listed { get; set; }

    protected override IEnumerable<IUsbDevice> Present()
    {
        Listed?.Invoke();
        return Devices;
    }
}
