namespace LibUsbDotNet
{
    /// <summary>What libusb answers.</summary>
    public enum Error
    {
        /// <summary>It worked.</summary>
        Success = 0,

        /// <summary>The transfer failed.</summary>
        Io = -1,

        /// <summary>This user may not do that.</summary>
        Access = -3,

        /// <summary>The device has gone.</summary>
        NoDevice = -4,

        /// <summary>There is no such thing.</summary>
        NotFound = -5,

        /// <summary>Somebody else has it.</summary>
        Busy = -6,

        /// <summary>The time was over.</summary>
        Timeout = -7,

        /// <summary>The endpoint is halted, or the request refused.</summary>
        Pipe = -9,

        /// <summary>This system can't do that.</summary>
        NotSupported = -12,
    }

    /// <summary>How much libusb says; there because an interface names it.</summary>
    public enum LogLevel
    {
    }

    /// <summary>libusb's own handle; there because an interface names it.</summary>
    public class DeviceHandle
    {
        internal DeviceHandle()
        {
        }
    }
}

namespace LibUsbDotNet.LibUsb
{
    /// <summary>An error of libusb.</summary>
    public class UsbException : Exception
    {
        /// <summary>Makes it.</summary>
        public UsbException(Error errorCode)
            : base(errorCode.ToString()) => ErrorCode = errorCode;

        /// <summary>What libusb answered.</summary>
        public Error ErrorCode { get; }
    }
}
