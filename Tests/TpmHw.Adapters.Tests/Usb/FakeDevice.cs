using System.Collections.ObjectModel;
using System.Globalization;
using LibUsbDotNet;
using LibUsbDotNet.Info;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>A device that answers transfers by a script, with the traps of LibUsbDotNet 3: no offset, one time for all control transfers.</summary>
internal sealed class FakeDevice : DeviceBase
{
    private bool _isOpen;

    /// <summary>What it answers to the next transfers; Success where there is nothing left.</summary>
    public Queue<Error> Answers { get; } = new();

    /// <summary>What each transfer was, with its time.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What a read gives; less than there is room for makes a short one.</summary>
    public byte[] Data { get; set; } = [1, 2, 3];

    /// <summary>Why it can't be opened.</summary>
    public Error OpenAnswer { get; set; }

    /// <summary>Why its interface can't be claimed.</summary>
    public Error ClaimAnswer { get; set; }

    public bool IsDisposed { get; private set; }

    public override bool IsOpen => _isOpen;

    public override ushort VendorId => 0x0403;

    public override ushort ProductId => Product;

    public ushort Product { get; init; } = 0x6014;

    public override LocationId LocationId { get; } = new(1, new ReadOnlyCollection<byte>([2, 3]));

    public override UsbDeviceInfo Info => new FakeInfo(IsOpen);

    public override void Open() => Check(OpenAnswer, () => _isOpen = true);

    public override bool TryOpen() => _isOpen = OpenAnswer == Error.Success;

    public override void Close() => _isOpen = false;

    public override bool ClaimInterface(int interfaceID)
    {
        Check(ClaimAnswer, () => Log.Add($"claim {interfaceID}"));
        return true;
    }

    public override bool ReleaseInterface(int interfaceID)
    {
        Check(Next(), () => Log.Add($"release {interfaceID}"));
        return true;
    }

    public override void ResetDevice() => Check(Next(), () => Log.Add("reset"));

    public override int ControlTransfer(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length)
    {
        bool isIn = (setupPacket.RequestType & 0x80) != 0;
        Log.Add($"control {setupPacket.RequestType:X2} {setupPacket.Request:X2} {(ushort)setupPacket.Value:X4} {(ushort)setupPacket.Index:X4} {(isIn ? "" : Convert.ToHexString(buffer, 0, length))}/{length} {UsbDevice.ControlTransferTimeout} ms");
        Check(Next(), static () => { });
        if (!isIn)
        {
            return length;
        }

        int moved = Math.Min(length, Data.Length);
        Data.AsSpan(0, moved).CopyTo(buffer);
        return moved;
    }

    public override UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID) => new Reader(this, readEndpointID);

    public override UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID) => new Writer(this, writeEndpointID);

    public override void Dispose() => IsDisposed = true;

    private Error Next() => Answers.TryDequeue(out Error error) ? error : Error.Success;

    private static void Check(Error error, Action then)
    {
        if (error != Error.Success)
        {
            throw new UsbException(error);
        }

        then();
    }

    private sealed class Reader(FakeDevice device, ReadEndpointID endpoint) : UsbEndpointReader(device, 4096, 0, endpoint, EndpointType.Bulk)
    {
        private readonly FakeDevice _device = device;
        private readonly string _name = ((byte)endpoint).ToString("X2", CultureInfo.InvariantCulture);

        public override Error Read(Span<byte> buffer, int timeout, out int transferLength)
        {
            _device.Log.Add($"read {_name} {buffer.Length} {timeout} ms");
            Error error = _device.Next();
            transferLength = error == Error.Success ? Math.Min(buffer.Length, _device.Data.Length) : 0;
            _device.Data.AsSpan(0, transferLength).CopyTo(buffer);
            return error;
        }
    }

    private sealed class Writer(FakeDevice device, WriteEndpointID endpoint) : UsbEndpointWriter(device, 0, endpoint, EndpointType.Bulk)
    {
        private readonly FakeDevice _device = device;
        private readonly string _name = ((byte)endpoint).ToString("X2", CultureInfo.InvariantCulture);

        public override Error Write(ReadOnlySpan<byte> buffer, int timeout, out int transferLength)
        {
            _device.Log.Add($"write {_name} {Convert.ToHexString(buffer)} {timeout} ms");
            Error error = _device.Next();
            transferLength = error == Error.Success ? buffer.Length : 0;
            return error;
        }
    }

    private sealed class FakeInfo : UsbDeviceInfo
    {
        public FakeInfo(bool isOpen)
        {
            SerialNumber = isOpen ? "FT123" : null!;
            Product = isOpen ? "Single RS232-HS" : null!;
        }
    }
}
