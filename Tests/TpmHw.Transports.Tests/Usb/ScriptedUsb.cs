using TpmHw.Transport;
using TpmHw.Transports.Tests.Spi;
using TpmHw.Transports.Usb;

namespace TpmHw.Transports.Tests.Usb;

/// <summary>A USB device whose answers the test sets, and which notes what it is asked.</summary>
internal sealed class ScriptedUsb : IUsbPort
{
    public List<string> Transfers { get; } = [];

    /// <summary>What a transfer comes to: the outcome, and the bytes moved; -1 for all.</summary>
    public Func<string, (UsbOutcome Outcome, int Moved)> Answer { get; set; } = static _ => (UsbOutcome.Done, -1);

    public bool IsDisposed { get; private set; }

    public UsbDeviceInfo Device { get; init; } = new(0x365D, 0x1337, "1-1") { Serial = "A1" };

    public TpmClock Clock { get; } = new TestClock();

    public UsbOutcome Control(UsbSetup setup, Span<byte> data, TimeSpan timeout, out int transferred) =>
        Note($"control {setup.RequestType:X2} {setup.Request:X2} {setup.Value} {setup.Index} {data.Length}", data.Length, out transferred);

    public UsbOutcome Write(byte endpoint, ReadOnlySpan<byte> data, TimeSpan timeout, out int transferred) =>
        Note($"out {endpoint:X2} {Convert.ToHexString(data)}", data.Length, out transferred);

    public UsbOutcome Read(byte endpoint, Span<byte> data, TimeSpan timeout, out int transferred) =>
        Note($"in {endpoint:X2} {data.Length}", data.Length, out transferred);

    public void ClearHalt(byte endpoint) => Transfers.Add($"clear {endpoint:X2}");

    public void Reset() => Transfers.Add("reset");

    public void Dispose() => IsDisposed = true;

    private UsbOutcome Note(string transfer, int length, out int moved)
    {
        Transfers.Add(transfer);
        (UsbOutcome outcome, int some) = Answer(transfer);
        moved = some < 0 ? length : some;
        return outcome;
    }
}

/// <summary>Devices that can be seen and nothing else.</summary>
internal sealed class ListedUsb(params UsbDeviceInfo[] devices) : IUsbBus
{
    public UsbDeviceInfo? Opened { get; private set; }

    public IReadOnlyList<UsbDeviceInfo> List() => devices;

    public IUsbPort Open(UsbDeviceInfo device, int interfaceNumber)
    {
        Opened = device;
        throw new TpmTransportException(TpmFault.AccessDenied, "No right.");
    }

    public bool WaitForChange(TimeSpan time, CancellationToken cancellationToken) => false;
}
