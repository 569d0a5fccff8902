using System.Collections.ObjectModel;
using LibUsbDotNet;
using LibUsbDotNet.Info;
using LibUsbDotNet.LibUsb;
using LibUsbDotNet.Main;

namespace TpmHw.Adapters.Tests.Usb;

/// <summary>A device of LibUsbDotNet 3 with what the adapter does not use left out.</summary>
internal abstract class DeviceBase : IUsbDevice
{
    public abstract bool IsOpen { get; }

    public abstract ushort VendorId { get; }

    public abstract ushort ProductId { get; }

    public abstract LocationId LocationId { get; }

    public abstract UsbDeviceInfo Info { get; }

    public abstract void Open();

    public abstract bool TryOpen();

    public abstract void Close();

    public abstract bool ClaimInterface(int interfaceID);

    public abstract bool ReleaseInterface(int interfaceID);

    public abstract void ResetDevice();

    public abstract int ControlTransfer(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length);

    public abstract UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID);

    public abstract UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID);

    public abstract void Dispose();

    public DeviceHandle DeviceHandle => throw new NotSupportedException();

    public ReadOnlyCollection<UsbConfigInfo> Configs => throw new NotSupportedException();

    public int Configuration => throw new NotSupportedException();

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
}
