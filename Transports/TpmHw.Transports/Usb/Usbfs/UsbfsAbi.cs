using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Usb;

/// <summary>The USB devices of Linux as user space reaches them (linux/usbdevice_fs.h).</summary>
/// <remarks>Two of the structures have pointers in them, so that the request numbers differ between 32 and 64 bits.</remarks>
internal static class UsbfsAbi
{
    private const uint Write = 1, Read = 2;

    public const uint DiscardUrb = 'U' << 8 | 11;
    public const uint Reset = 'U' << 8 | 20;

    /// <summary>Goes inside <see cref="DriverControl"/>: lets the kernel's driver have the interface again.</summary>
    public const uint Connect = 'U' << 8 | 23;

    public static readonly uint GetDriver = Request<UsbDriverName>(Write, 8);
    public static readonly uint SubmitUrb = Request<UsbUrb>(Read, 10);
    public static readonly uint ReapUrb = Request<nint>(Write, 13); // the one that does not wait
    public static readonly uint ReleaseInterface = Request<uint>(Read, 16);
    public static readonly uint DriverControl = Request<UsbDriverRequest>(Read | Write, 18);
    public static readonly uint ClearHalt = Request<uint>(Read, 21);
    public static readonly uint DisconnectClaim = Request<UsbDisconnectClaim>(Read, 27);

    /// <summary>The name of usbfs among drivers.</summary>
    public const string DriverName = "usbfs";

    /// <summary>_IOC of asm-generic/ioctl.h, which all architectures of .NET but POWER have.</summary>
    private static uint Request<T>(uint direction, uint number)
        where T : unmanaged => direction << 30 | (uint)Unsafe.SizeOf<T>() << 16 | 'U' << 8 | number;
}

/// <summary>USBDEVFS_URB_TYPE_*, as far as it is used.</summary>
internal enum UsbUrbType : byte
{
    Control = 2,
    Bulk = 3,
}

/// <summary>struct usbdevfs_urb, without isochronous packets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UsbUrb
{
    public UsbUrbType Type;
    public byte Endpoint;

    /// <summary>0, or minus an error number, once it was reaped.</summary>
    public int Status;
    public uint Flags;
    public nint Buffer;
    public int BufferLength;
    public int ActualLength;
    public int StartFrame;
    public int Packets;
    public int ErrorCount;
    public uint Signal;
    public nint UserContext;
}

/// <summary>char[256], a name that ends with a zero.</summary>
[InlineArray(Size)]
internal struct UsbDriverText
{
    public const int Size = 256;

    private byte _first;

    public static UsbDriverText Of(string text)
    {
        var name = default(UsbDriverText);
        FixedText.Write(name, text);
        return name;
    }

    public override readonly string ToString() => FixedText.Read(this);
}

/// <summary>struct usbdevfs_getdriver.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UsbDriverName
{
    public uint Interface;
    public UsbDriverText Driver;
}

/// <summary>struct usbdevfs_disconnect_claim.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UsbDisconnectClaim
{
    /// <summary>Not where this driver has the interface.</summary>
    public const uint ExceptDriver = 2;

    public uint Interface;
    public uint Flags;
    public UsbDriverText Driver;
}

/// <summary>struct usbdevfs_ioctl.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UsbDriverRequest
{
    public int Interface;
    public uint Request;
    public nint Data;
}
