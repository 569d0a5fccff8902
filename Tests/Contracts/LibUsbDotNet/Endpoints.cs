using LibUsbDotNet.Main;
using TpmHw.Contracts;

namespace LibUsbDotNet.LibUsb;

/// <summary>An endpoint.</summary>
public abstract class UsbEndpointBase
{
    internal UsbEndpointBase()
    {
    }

    /// <summary>Takes a stall off it: not in a contract.</summary>
    public Error ClearHalt() => throw Contract.NoHardware("LibUsbDotNet");
}

/// <summary>An endpoint to read.</summary>
public class UsbEndpointReader : UsbEndpointBase
{
    /// <summary>Makes one.</summary>
    public UsbEndpointReader(IUsbDevice usbDevice, int readBufferSize, byte alternateInterfaceID, ReadEndpointID readEndpointID, EndpointType endpointType)
    {
    }

    /// <summary>Reads: not in a contract.</summary>
    public virtual Error Read(Span<byte> buffer, int timeout, out int transferLength) => throw Contract.NoHardware("LibUsbDotNet");
}

/// <summary>An endpoint to write.</summary>
public class UsbEndpointWriter : UsbEndpointBase
{
    /// <summary>Makes one.</summary>
    public UsbEndpointWriter(IUsbDevice usbDevice, byte alternateInterfaceID, WriteEndpointID writeEndpointID, EndpointType endpointType)
    {
    }

    /// <summary>Writes: not in a contract.</summary>
    public virtual Error Write(ReadOnlySpan<byte> buffer, int timeout, out int transferLength) => throw Contract.NoHardware("LibUsbDotNet");
}

/// <summary>An endpoint that is read all the time; there because an interface names it.</summary>
public sealed class UsbEndpointTransferQueueReader
{
    internal UsbEndpointTransferQueueReader()
    {
    }
}
