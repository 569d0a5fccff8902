using System.Collections.ObjectModel;
using System.Globalization;
using LibUsbDotNet;
using LibUsbDotNet.Info;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>A device that answers transfers by a script, with the traps of LibUsbDotNet 3: no offset, one time for all control transfers.</summary>
internal sealed class FakeDevice : IUsbDevice
{
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

    public bool IsOpen { get; private set; }

    public ushort VendorId { get; init; } = 0x0403;

    public ushort ProductId { get; init; } = 0x6014;

    public LocationId LocationId { get; init; } = new(1, new ReadOnlyCollection<byte>([2, 3]));

    public UsbDeviceInfo Info => new FakeInfo(IsOpen);

    public DeviceHandle DeviceHandle => throw new NotSupportedException();

    public ReadOnlyCollection<UsbConfigInfo> Configs => throw new NotSupportedException();

    public int Configuration => throw new NotSupportedException();

    public void Open() => Check(OpenAnswer, () => IsOpen = true);

    public bool TryOpen() => IsOpen = OpenAnswer == Error.Success;

    public void Close() => IsOpen = false;

    public bool ClaimInterface(int interfaceID)
    {
        Check(ClaimAnswer, () => Log.Add($"claim {interfaceID}"));
        return true;
    }

    public bool ReleaseInterface(int interfaceID)
    {
        Check(Next(), () => Log.Add($"release {interfaceID}"));
        return true;
    }

    public void ResetDevice() => Check(Next(), () => Log.Add("reset"));

    public int ControlTransfer(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length)
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

    public UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID) => new Reader(this, readEndpointID);

    public UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID) => new Writer(this, writeEndpointID);

    public void Dispose() => IsDisposed = true;

    public bool GetDescriptor(byte descriptorType, byte index, short langId, IntPtr buffer, int bufferLength, out int transferLength) => throw new NotSupportedException();

    public bool GetDescriptor(byte descriptorType, byte index, short langId, object buffer, int bufferLength, out int transferLength) => throw new NotSupportedException();

    public bool GetLangIDs(out short[] langIDs) => throw new NotSupportedException();

    public bool GetString(out string stringData, short langId, byte stringIndex) => throw new NotSupportedException();

    public string GetStringDescriptor(byte descriptorIndex, bool failSilently = false) => throw new NotSupportedException();

    public bool TryGetConfigDescriptor(byte configIndex, out UsbConfigInfo descriptor) => throw new NotSupportedException();

    public bool SetAltInterface(int alternateID) => throw new NotSupportedException();

    public bool GetAltInterface(out int alternateID) => throw new NotSupportedException();

    public UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID, int readBufferSize) => throw new NotSupportedException();

    public UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID, int readBufferSize, EndpointType endpointType) => throw new NotSupportedException();

    public UsbEndpointTransferQueueReader OpenEndpointTransferQueueReader(ReadEndpointID readEndpointId, int readBufferSize, CancellationToken token, int transferQueueSize = 1) =>
        throw new NotSupportedException();

    public UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID, EndpointType endpointType) => throw new NotSupportedException();

    public void SetConfiguration(int config) => throw new NotSupportedException();

    public void GetAltInterfaceSetting(byte interfaceID, out byte selectedAltInterfaceID) => throw new NotSupportedException();

    public int ControlTransfer(UsbSetupPacket setupPacket) => throw new NotSupportedException();

    public Task<int> ControlTransferAsync(UsbSetupPacket setupPacket) => throw new NotSupportedException();

    public Task<int> ControlTransferAsync(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length) => throw new NotSupportedException();

    public IUsbDevice Clone() => throw new NotSupportedException();

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
