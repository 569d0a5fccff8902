using TpmHw.Transport;

namespace TpmHw.Transports.Usb;

/// <summary>One USB device with one of its interfaces claimed: nobody else can use that while this is open.</summary>
/// <remarks>
/// A transfer that the device refuses or does not finish is an outcome, since protocols reckon with it. That the device
/// is gone, or the system refuses, is an exception, at once and not at the transfer's deadline.
/// </remarks>
public interface IUsbPort : IDisposable
{
    /// <summary>The device.</summary>
    UsbDeviceInfo Device { get; }

    /// <summary>The clock that waiting goes by.</summary>
    TpmClock Clock { get; }

    /// <summary>A control transfer to the device (USB 2.0, 9.3).</summary>
    /// <param name="setup">The request, with the direction of its data.</param>
    /// <param name="data">The data that goes out, or room for what comes in; as long as the request says.</param>
    /// <param name="timeout">The time that it may take.</param>
    /// <param name="transferred">Bytes of data that were moved.</param>
    /// <exception cref="TpmTransportException">The device is gone (<see cref="TpmFault.Disconnected"/>), or the system refuses.</exception>
    UsbOutcome Control(UsbSetup setup, Span<byte> data, TimeSpan timeout, out int transferred);

    /// <summary>Writes to a bulk endpoint. Fewer bytes than were given may be taken only where the outcome is not <see cref="UsbOutcome.Done"/>.</summary>
    /// <param name="endpoint">Its address, bit 7 clear.</param>
    /// <param name="data">What to write.</param>
    /// <param name="timeout">The time that it may take.</param>
    /// <param name="transferred">Bytes that were taken.</param>
    /// <exception cref="TpmTransportException">The device is gone (<see cref="TpmFault.Disconnected"/>), or the system refuses.</exception>
    UsbOutcome Write(byte endpoint, ReadOnlySpan<byte> data, TimeSpan timeout, out int transferred);

    /// <summary>Reads from a bulk endpoint, until there is no more room or a short packet ends the transfer.</summary>
    /// <param name="endpoint">Its address, bit 7 set.</param>
    /// <param name="data">Room for what comes: a multiple of the endpoint's packet size, or what the device is known to send at most.</param>
    /// <param name="timeout">The time that it may take.</param>
    /// <param name="transferred">Bytes that came; 0 for an empty packet.</param>
    /// <exception cref="TpmTransportException">The device is gone (<see cref="TpmFault.Disconnected"/>), or the system refuses.</exception>
    UsbOutcome Read(byte endpoint, Span<byte> data, TimeSpan timeout, out int transferred);

    /// <summary>Takes a stall off an endpoint.</summary>
    void ClearHalt(byte endpoint);

    /// <summary>Resets the device: it is as after plugging in, still open.</summary>
    void Reset();
}

/// <summary>How a transfer ended.</summary>
public enum UsbOutcome
{
    /// <summary>As it should.</summary>
    Done,

    /// <summary>The device refused it. A bulk endpoint stays so until <see cref="IUsbPort.ClearHalt"/>.</summary>
    Stalled,

    /// <summary>It did not end in time, and was taken back.</summary>
    TimedOut,
}

/// <summary>The set-up packet of a control transfer (USB 2.0, table 9-2).</summary>
/// <param name="RequestType">bmRequestType; bit 7 set where data comes from the device.</param>
/// <param name="Request">bRequest.</param>
/// <param name="Value">wValue.</param>
/// <param name="Index">wIndex.</param>
public readonly record struct UsbSetup(byte RequestType, byte Request, ushort Value, ushort Index)
{
    /// <summary>Whether data comes from the device.</summary>
    public bool IsIn => (RequestType & 0x80) != 0;
}

/// <summary>A USB device, as the bus knows it without opening it.</summary>
/// <param name="Vendor">idVendor.</param>
/// <param name="Product">idProduct.</param>
/// <param name="Location">Where it is plugged in, as the system writes it: <c>1-2.3</c>.</param>
public sealed record UsbDeviceInfo(ushort Vendor, ushort Product, string Location)
{
    /// <summary>Its serial number; null where it has none or it can't be read.</summary>
    public string? Serial { get; init; }

    /// <summary>What its maker calls it; null where that can't be read.</summary>
    public string? Name { get; init; }

    /// <summary>What a user looks for if it can't be opened: the device's node, or whatever the system has in its place.</summary>
    public string? Path { get; init; }
}

/// <summary>The USB devices of this machine, or of a model.</summary>
public interface IUsbBus
{
    /// <summary>All devices, those that this user may not open too.</summary>
    IReadOnlyList<UsbDeviceInfo> List();

    /// <summary>Opens a device and claims one interface; a kernel driver that has it is detached, and attached again at the end.</summary>
    /// <exception cref="TpmTransportException">It is gone, may not be opened, or another program has it.</exception>
    IUsbPort Open(UsbDeviceInfo device, int interfaceNumber);

    /// <summary>Waits until a device is plugged in or taken away: until the devices are others than <see cref="List"/> last gave.</summary>
    /// <returns>Whether one was; false where the time was over first.</returns>
    bool WaitForChange(TimeSpan time, CancellationToken cancellationToken);
}
