using System.Collections.ObjectModel;
using System.Globalization;
using LibUsbDotNet;
using LibUsbDotNet.Info;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;
using TpmHw.Simulation;
using TpmHw.Transports.Usb;
using Device = TpmHw.Transports.Usb.UsbDeviceInfo;
using UsbDeviceInfo = LibUsbDotNet.Info.UsbDeviceInfo;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>libusb with the devices of a modelled host.</summary>
internal sealed class ModelContext(UsbModelBus host) : ContextBase
{
    /// <summary>Takes a stall off an endpoint, which the contract's own can't.</summary>
    public static Error ClearHalt(UsbEndpointBase endpoint) => ((IModelEndpoint)endpoint).ClearHalt();

    protected override IEnumerable<IUsbDevice> Present() => host.List().Select(device => new ModelDevice(host, device));

    private interface IModelEndpoint
    {
        Error ClearHalt();
    }

    private sealed class ModelDevice(UsbModelBus host, Device device) : DeviceBase
    {
        private IUsbPort? _port;
        private bool _isOpen;

        public override bool IsOpen => _isOpen;

        public override ushort VendorId => device.Vendor;

        public override ushort ProductId => device.Product;

        public override LocationId LocationId
        {
            get
            {
                byte[] numbers = [.. device.Location.Split('-', '.').Select(static n => byte.Parse(n, CultureInfo.InvariantCulture))];
                return new LocationId(numbers[0], new ReadOnlyCollection<byte>(numbers[1..]));
            }
        }

        public override UsbDeviceInfo Info => new ModelInfo(_isOpen ? device : null);

        public override void Open()
        {
            if (!TryOpen())
            {
                throw new UsbException(Error.NoDevice);
            }
        }

        public override bool TryOpen() => _isOpen = host.IsPluggedIn;

        public override void Close() => _isOpen = false;

        public override bool ClaimInterface(int interfaceID)
        {
            Check(() =>
            {
                _port = host.Open(device, interfaceID);
                return UsbOutcome.Done;
            });
            return true;
        }

        public override bool ReleaseInterface(int interfaceID)
        {
            _port?.Dispose();
            return true;
        }

        public override void ResetDevice() => Check(() =>
        {
            _port!.Reset();
            return UsbOutcome.Done;
        });

        public override int ControlTransfer(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length)
        {
            var setup = new UsbSetup(setupPacket.RequestType, setupPacket.Request, (ushort)setupPacket.Value, (ushort)setupPacket.Index);
            Error error;
            int moved = 0;
            try
            {
                error = ErrorOf(_port!.Control(setup, buffer.AsSpan(0, length), TimeSpan.FromMilliseconds(UsbDevice.ControlTransferTimeout), out moved));
            }
            catch (TpmTransportException e)
            {
                error = ErrorOf(e);
            }

            return error == Error.Success ? moved : throw new UsbException(error);
        }

        public override UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID) => new Reader(this, _port!, readEndpointID);

        public override UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID) => new Writer(this, _port!, writeEndpointID);

        public override void Dispose() => _port?.Dispose();

        private static void Check(Func<UsbOutcome> transfer)
        {
            if (Try(transfer) is not Error.Success and var error)
            {
                throw new UsbException(error);
            }
        }
    }

    private static Error Try(Func<UsbOutcome> transfer)
    {
        try
        {
            return ErrorOf(transfer());
        }
        catch (TpmTransportException e)
        {
            return ErrorOf(e);
        }
    }

    private static Error ErrorOf(UsbOutcome outcome) => outcome switch
    {
        UsbOutcome.Done => Error.Success,
        UsbOutcome.Stalled => Error.Pipe,
        _ => Error.Timeout,
    };

    private static Error ErrorOf(TpmTransportException failure) => failure.Fault switch
    {
        TpmFault.Disconnected => Error.NoDevice,
        TpmFault.NotFound => Error.NotFound,
        TpmFault.Busy => Error.Busy,
        _ => Error.Io,
    };

    private sealed class Reader(IUsbDevice device, IUsbPort port, ReadEndpointID endpoint) : UsbEndpointReader(device, 4096, 0, endpoint, EndpointType.Bulk), IModelEndpoint
    {
        private readonly byte _endpoint = (byte)endpoint;

        public override Error Read(Span<byte> buffer, int timeout, out int transferLength)
        {
            transferLength = 0;
            try
            {
                return ErrorOf(port.Read(_endpoint, buffer, TimeSpan.FromMilliseconds(timeout), out transferLength));
            }
            catch (TpmTransportException e)
            {
                return ErrorOf(e);
            }
        }

        Error IModelEndpoint.ClearHalt() => Clear(port, _endpoint);
    }

    private sealed class Writer(IUsbDevice device, IUsbPort port, WriteEndpointID endpoint) : UsbEndpointWriter(device, 0, endpoint, EndpointType.Bulk), IModelEndpoint
    {
        private readonly byte _endpoint = (byte)endpoint;

        public override Error Write(ReadOnlySpan<byte> buffer, int timeout, out int transferLength)
        {
            transferLength = 0;
            try
            {
                return ErrorOf(port.Write(_endpoint, buffer, TimeSpan.FromMilliseconds(timeout), out transferLength));
            }
            catch (TpmTransportException e)
            {
                return ErrorOf(e);
            }
        }

        Error IModelEndpoint.ClearHalt() => Clear(port, _endpoint);
    }

    private static Error Clear(IUsbPort port, byte endpoint) => Try(() =>
    {
        port.ClearHalt(endpoint);
        return UsbOutcome.Done;
    });

    private sealed class ModelInfo : UsbDeviceInfo
    {
        public ModelInfo(Device? device)
        {
            SerialNumber = device?.Serial!;
            Product = device?.Name!;
        }
    }
}
