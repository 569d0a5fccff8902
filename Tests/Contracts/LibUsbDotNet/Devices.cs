using System.Collections.ObjectModel;
using LibUsbDotNet.Info;
using LibUsbDotNet.Main;

namespace LibUsbDotNet.LibUsb;

/// <summary>A device.</summary>
public interface IUsbDevice : IDisposable
{
    /// <summary>libusb's handle.</summary>
    DeviceHandle DeviceHandle { get; }

    /// <summary>Its configurations.</summary>
    ReadOnlyCollection<UsbConfigInfo> Configs { get; }

    /// <summary>Its descriptor.</summary>
    UsbDeviceInfo Info { get; }

    /// <summary>Where it is plugged in.</summary>
    LocationId LocationId { get; }

    /// <summary>Whether it is open.</summary>
    bool IsOpen { get; }

    /// <summary>The configuration that it is in.</summary>
    int Configuration { get; }

    /// <summary>idVendor.</summary>
    ushort VendorId { get; }

    /// <summary>idProduct.</summary>
    ushort ProductId { get; }

    /// <summary>Closes it.</summary>
    void Close();

    /// <summary>Reads a descriptor.</summary>
    bool GetDescriptor(byte descriptorType, byte index, short langId, IntPtr buffer, int bufferLength, out int transferLength);

    /// <summary>Reads a descriptor.</summary>
    bool GetDescriptor(byte descriptorType, byte index, short langId, object buffer, int bufferLength, out int transferLength);

    /// <summary>Reads its languages.</summary>
    bool GetLangIDs(out short[] langIDs);

    /// <summary>Reads a string.</summary>
    bool GetString(out string stringData, short langId, byte stringIndex);

    /// <summary>Reads a string.</summary>
    string GetStringDescriptor(byte descriptorIndex, bool failSilently = false);

    /// <summary>Reads a configuration.</summary>
    bool TryGetConfigDescriptor(byte configIndex, out UsbConfigInfo descriptor);

    /// <summary>Sets an interface's alternative.</summary>
    bool SetAltInterface(int alternateID);

    /// <summary>Reads an interface's alternative.</summary>
    bool GetAltInterface(out int alternateID);

    /// <summary>Opens it.</summary>
    void Open();

    /// <summary>Opens it, where it can be.</summary>
    bool TryOpen();

    /// <summary>An endpoint to read.</summary>
    UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID, int readBufferSize);

    /// <summary>An endpoint to read.</summary>
    UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID, int readBufferSize, EndpointType endpointType);

    /// <summary>An endpoint to read.</summary>
    UsbEndpointReader OpenEndpointReader(ReadEndpointID readEndpointID);

    /// <summary>An endpoint that is read all the time.</summary>
    UsbEndpointTransferQueueReader OpenEndpointTransferQueueReader(ReadEndpointID readEndpointId, int readBufferSize, CancellationToken token, int transferQueueSize = 1);

    /// <summary>An endpoint to write.</summary>
    UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID);

    /// <summary>An endpoint to write.</summary>
    UsbEndpointWriter OpenEndpointWriter(WriteEndpointID writeEndpointID, EndpointType endpointType);

    /// <summary>Sets its configuration.</summary>
    void SetConfiguration(int config);

    /// <summary>Reads an interface's alternative.</summary>
    void GetAltInterfaceSetting(byte interfaceID, out byte selectedAltInterfaceID);

    /// <summary>Claims an interface; throws where it can't.</summary>
    bool ClaimInterface(int interfaceID);

    /// <summary>Gives an interface back.</summary>
    bool ReleaseInterface(int interfaceID);

    /// <summary>Resets it.</summary>
    void ResetDevice();

    /// <summary>A control transfer without data.</summary>
    int ControlTransfer(UsbSetupPacket setupPacket);

    /// <summary>A control transfer without data.</summary>
    Task<int> ControlTransferAsync(UsbSetupPacket setupPacket);

    /// <summary>A control transfer; the bytes that it moved.</summary>
    int ControlTransfer(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length);

    /// <summary>A control transfer; the bytes that it moved.</summary>
    Task<int> ControlTransferAsync(UsbSetupPacket setupPacket, byte[] buffer, int offset, int length);

    /// <summary>The same device once more, to be disposed by itself.</summary>
    IUsbDevice Clone();
}

/// <summary>libusb's device, with what is on the class and not on the interface.</summary>
public class UsbDevice
{
    internal UsbDevice()
    {
    }

    /// <summary>The time that any control transfer of this process may take, in milliseconds.</summary>
    public static int ControlTransferTimeout { get; set; } = 1000;

    /// <summary>Has a driver of the kernel detached while an interface is claimed.</summary>
    public bool SetAutoDetachKernelDriver(bool autoDetach) => autoDetach;
}
