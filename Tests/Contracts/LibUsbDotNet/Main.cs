namespace LibUsbDotNet.Main
{
    /// <summary>The kinds of endpoints; there because an interface names it.</summary>
    public enum EndpointType : byte
    {
        /// <summary>Bulk.</summary>
        Bulk = 2,
    }

    /// <summary>An endpoint that is read, by its address.</summary>
    public enum ReadEndpointID : byte
    {
        /// <summary>The first.</summary>
        Ep01 = 0x81,
    }

    /// <summary>An endpoint that is written, by its address.</summary>
    public enum WriteEndpointID : byte
    {
        /// <summary>The first.</summary>
        Ep01 = 0x01,
    }

    /// <summary>Which device to look for; there because an interface names it.</summary>
    public class UsbDeviceFinder
    {
    }

    /// <summary>The set-up packet of a control transfer.</summary>
    public struct UsbSetupPacket
    {
        /// <summary>bmRequestType.</summary>
        public byte RequestType;

        /// <summary>bRequest.</summary>
        public byte Request;

        /// <summary>wValue.</summary>
        public short Value;

        /// <summary>wIndex.</summary>
        public short Index;

        /// <summary>wLength.</summary>
        public short Length;

        /// <summary>Makes one.</summary>
        public UsbSetupPacket(byte bRequestType, byte bRequest, int wValue, int wIndex, int wlength)
        {
            RequestType = bRequestType;
            Request = bRequest;
            Value = unchecked((short)wValue);
            Index = unchecked((short)wIndex);
            Length = unchecked((short)wlength);
        }
    }
}

namespace LibUsbDotNet.Info
{
    using System.Collections.ObjectModel;

    /// <summary>A device's descriptor.</summary>
    public class UsbDeviceInfo
    {
        /// <summary>An empty one.</summary>
        protected UsbDeviceInfo()
        {
        }

        /// <summary>The name; null where the device is not open.</summary>
        public virtual string Product { get; protected set; }

        /// <summary>The serial number; null where the device is not open.</summary>
        public virtual string SerialNumber { get; protected set; }
    }

    /// <summary>A configuration; there because an interface names it.</summary>
    public class UsbConfigInfo
    {
        internal UsbConfigInfo()
        {
        }
    }

    /// <summary>Where a device is plugged in.</summary>
    public readonly struct LocationId
    {
        /// <summary>Makes one.</summary>
        public LocationId(byte busNumber, ReadOnlyCollection<byte> portNumbers)
        {
            BusNumber = busNumber;
            PortNumbers = portNumbers;
        }

        /// <summary>The bus.</summary>
        public byte BusNumber { get; }

        /// <summary>The ports, from the bus's own to the device's.</summary>
        public ReadOnlyCollection<byte> PortNumbers { get; }
    }
}
