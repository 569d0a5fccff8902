using LibUsbDotNet;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;
using TpmHw.Transport;
using TpmHw.Transports.Usb;

namespace TpmHw.Transports.LibUsbDotNet;

/// <summary>One device by LibUsbDotNet, with an interface claimed.</summary>
internal sealed class LibUsbDotNetPort(
    IUsbDevice device, UsbDeviceInfo info, int interfaceNumber, TpmClock clock, Func<UsbEndpointBase, Error>? clearHalt = null) : IUsbPort
{
    private const byte In = 0x80;

    // The time of a control transfer is one for the whole process.
    private static readonly Lock s_controlTime = new();

    private readonly Func<UsbEndpointBase, Error> _clearHalt = clearHalt ?? (static endpoint => endpoint.ClearHalt());
    private readonly Dictionary<byte, UsbEndpointBase> _endpoints = [];
    private byte[] _control = new byte[64];

    public UsbDeviceInfo Device => info;

    public TpmClock Clock => clock;

    public UsbOutcome Control(UsbSetup setup, Span<byte> data, TimeSpan timeout, out int transferred)
    {
        // LibUsbDotNet takes an array, and data from its beginning whatever the offset says.
        if (_control.Length < data.Length)
        {
            _control = new byte[data.Length];
        }

        if (!setup.IsIn)
        {
            data.CopyTo(_control);
        }

        var packet = new UsbSetupPacket(setup.RequestType, setup.Request, setup.Value, setup.Index, data.Length);
        Error error = Error.Success;
        transferred = 0;
        try
        {
            lock (s_controlTime)
            {
                int before = UsbDevice.ControlTransferTimeout;
                UsbDevice.ControlTransferTimeout = Milliseconds(timeout);
                try
                {
                    transferred = device.ControlTransfer(packet, _control, 0, data.Length);
                }
                finally
                {
                    UsbDevice.ControlTransferTimeout = before;
                }
            }

            if (setup.IsIn)
            {
                _control.AsSpan(0, transferred).CopyTo(data);
            }
        }
        catch (UsbException e)
        {
            error = e.ErrorCode;
        }
        finally
        {
            _control.AsSpan(0, data.Length).Clear();
        }

        return Outcome(error);
    }

    public UsbOutcome Write(byte endpoint, ReadOnlySpan<byte> data, TimeSpan timeout, out int transferred)
    {
        var writer = (UsbEndpointWriter)Endpoint(endpoint);
        return Outcome(writer.Write(data, Milliseconds(timeout), out transferred));
    }

    public UsbOutcome Read(byte endpoint, Span<byte> data, TimeSpan timeout, out int transferred)
    {
        var reader = (UsbEndpointReader)Endpoint(endpoint);
        return Outcome(reader.Read(data, Milliseconds(timeout), out transferred));
    }

    public void ClearHalt(byte endpoint) => _ = Outcome(_clearHalt(Endpoint(endpoint)));

    public void Reset()
    {
        try
        {
            device.ResetDevice();
        }
        catch (UsbException e)
        {
            // NotFound: it came back as another device, and has to be opened anew.
            throw LibUsbError.Failed(info, e.ErrorCode == Error.NotFound ? Error.NoDevice : e.ErrorCode);
        }
    }

    public void Dispose()
    {
        try
        {
            device.ReleaseInterface(interfaceNumber);
            device.Close();
        }
        catch (UsbException)
        {
            // It was unplugged, and its interface with it.
        }

        device.Dispose();
    }

    // libusb takes 0 for no limit at all.
    private static int Milliseconds(TimeSpan time) => Math.Max(1, (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalMilliseconds)));

    private UsbEndpointBase Endpoint(byte address)
    {
        if (!_endpoints.TryGetValue(address, out UsbEndpointBase? endpoint))
        {
            endpoint = (address & In) != 0 ? device.OpenEndpointReader((ReadEndpointID)address) : device.OpenEndpointWriter((WriteEndpointID)address);
            _endpoints.Add(address, endpoint);
        }

        return endpoint;
    }

    private UsbOutcome Outcome(Error error) => error switch
    {
        Error.Success => UsbOutcome.Done,
        Error.Pipe => UsbOutcome.Stalled,
        Error.Timeout => UsbOutcome.TimedOut,
        _ => throw LibUsbError.Failed(info, error),
    };
}
