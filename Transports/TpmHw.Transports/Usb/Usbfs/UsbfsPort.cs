using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Usb;

/// <summary>A USB device by Linux's usbfs, with one interface claimed.</summary>
/// <remarks>
/// Each transfer is a request block (URB) that is submitted, waited for with poll(2), and reaped. Unlike the calls that
/// wait in the kernel, that tells how far a transfer came that was late, and that the device has gone as soon as the
/// kernel knows. The kernel writes to the block and its buffer when it is reaped, and at no other time.
/// </remarks>
internal sealed class UsbfsPort : IUsbPort
{
    private const int FirstBuffer = 512;

    // A device that was pulled out fails its transfers until its hub reports that it has gone: hubs are asked every 256 ms at most.
    private const int UnpluggingMilliseconds = 500;

    // A block that was taken back comes at once, whatever the device does.
    private static readonly TimeSpan s_takingBack = TimeSpan.FromSeconds(1);

    private readonly IControlFile _file;
    private readonly uint _interface;
    private readonly byte[] _urb = GC.AllocateArray<byte>(Unsafe.SizeOf<UsbUrb>(), pinned: true);
    private byte[] _buffer = GC.AllocateArray<byte>(FirstBuffer, pinned: true);
    private bool _driverWasDetached;
    private bool _isDisposed;

    /// <summary>Claims an interface of a device that was opened; the file is the port's from then on.</summary>
    /// <exception cref="TpmTransportException">Another program has the interface, or the device is gone.</exception>
    public UsbfsPort(UsbDeviceInfo device, IControlFile file, int interfaceNumber, LinuxHost host, TpmClock clock)
    {
        Device = device;
        Clock = clock;
        _file = file;
        _interface = (uint)interfaceNumber;
        Claim(host);
    }

    /// <inheritdoc/>
    public UsbDeviceInfo Device { get; }

    /// <inheritdoc/>
    public TpmClock Clock { get; }

    /// <inheritdoc/>
    public UsbOutcome Control(UsbSetup setup, Span<byte> data, TimeSpan timeout, out int transferred)
    {
        const int HeaderSize = 8;
        Span<byte> buffer = Buffer(HeaderSize + data.Length);
        buffer[0] = setup.RequestType;
        buffer[1] = setup.Request;
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[2..], setup.Value);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[4..], setup.Index);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[6..], checked((ushort)data.Length));
        if (!setup.IsIn)
        {
            data.CopyTo(buffer[HeaderSize..]);
        }

        try
        {
            UsbOutcome outcome = Transfer(UsbUrbType.Control, 0, buffer.Length, timeout, out transferred);
            if (setup.IsIn)
            {
                buffer.Slice(HeaderSize, transferred).CopyTo(data);
            }

            return outcome;
        }
        finally
        {
            buffer.Clear();
        }
    }

    /// <inheritdoc/>
    public UsbOutcome Write(byte endpoint, ReadOnlySpan<byte> data, TimeSpan timeout, out int transferred)
    {
        Span<byte> buffer = Buffer(data.Length);
        data.CopyTo(buffer);
        try
        {
            return Transfer(UsbUrbType.Bulk, endpoint, data.Length, timeout, out transferred);
        }
        finally
        {
            buffer.Clear();
        }
    }

    /// <inheritdoc/>
    public UsbOutcome Read(byte endpoint, Span<byte> data, TimeSpan timeout, out int transferred)
    {
        Span<byte> buffer = Buffer(data.Length);
        try
        {
            UsbOutcome outcome = Transfer(UsbUrbType.Bulk, endpoint, data.Length, timeout, out transferred);
            buffer[..transferred].CopyTo(data);
            return outcome;
        }
        finally
        {
            buffer.Clear();
        }
    }

    /// <inheritdoc/>
    public void ClearHalt(byte endpoint)
    {
        uint address = endpoint;
        Check(Call(UsbfsAbi.ClearHalt, ref address), "CLEAR_HALT");
    }

    /// <inheritdoc/>
    public void Reset() => Check(_file.Control(UsbfsAbi.Reset, 0), "RESET");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        uint number = _interface;
        Call(UsbfsAbi.ReleaseInterface, ref number); // the device may have gone
        if (_driverWasDetached)
        {
            var connect = new UsbDriverRequest { Interface = (int)_interface, Request = UsbfsAbi.Connect };
            Call(UsbfsAbi.DriverControl, ref connect);
        }

        _file.Dispose();
    }

    private void Claim(LinuxHost host)
    {
        var bound = new UsbDriverName { Interface = _interface };
        int result = Call(UsbfsAbi.GetDriver, ref bound);
        bool hasDriver = result >= 0 && bound.Driver.ToString() != UsbfsAbi.DriverName;
        var claim = new UsbDisconnectClaim { Interface = _interface, Flags = UsbDisconnectClaim.ExceptDriver, Driver = UsbDriverText.Of(UsbfsAbi.DriverName) };
        result = Call(UsbfsAbi.DisconnectClaim, ref claim);
        if (result < 0)
        {
            throw result == -(int)Errno.EBUSY ? UsbfsError.Taken(Device, host) : UsbfsError.Failed(Device, "DISCONNECT_CLAIM", (Errno)(-result));
        }

        _driverWasDetached = hasDriver;
    }

    private UsbOutcome Transfer(UsbUrbType type, byte endpoint, int length, TimeSpan timeout, out int transferred)
    {
        ref UsbUrb urb = ref MemoryMarshal.AsRef<UsbUrb>(_urb.AsSpan());
        urb = new UsbUrb { Type = type, Endpoint = endpoint, Buffer = Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0), BufferLength = length };
        Check(_file.Control(UsbfsAbi.SubmitUrb, _urb), "SUBMITURB");
        Reap(timeout);
        transferred = urb.ActualLength;
        switch ((Errno)(-urb.Status))
        {
            case 0:
                return UsbOutcome.Done;
            case Errno.EPIPE:
                return UsbOutcome.Stalled;
            case Errno.ENOENT or Errno.ECONNRESET:
                return UsbOutcome.TimedOut; // taken back
            case var error when error is Errno.ENODEV or Errno.ESHUTDOWN || (_file.Wait(UnpluggingMilliseconds) & DeviceEvents.Gone) != 0:
                throw UsbfsError.Gone(Device, error);
            case var error:
                throw UsbfsError.Failed(Device, $"transfer on endpoint 0x{endpoint:X2}", error);
        }
    }

    /// <summary>Waits for the request block, and takes it back where it is late.</summary>
    private void Reap(TimeSpan timeout)
    {
        var deadline = Deadline.After(timeout, Clock);
        bool isTakenBack = false;
        while (true)
        {
            nint reaped = 0;
            int result = Call(UsbfsAbi.ReapUrb, ref reaped);
            if (result != -(int)Errno.EAGAIN)
            {
                Check(result, "REAPURB");
                return;
            }

            if (!deadline.HasPassed)
            {
                _file.Wait(deadline.RemainingMilliseconds);
            }
            else if (!isTakenBack)
            {
                isTakenBack = true;
                deadline = Deadline.After(s_takingBack, Clock);
                _file.Control(UsbfsAbi.DiscardUrb, _urb); // EINVAL where it has ended meanwhile
            }
            else
            {
                throw UsbfsError.Failed(Device, "DISCARDURB", Errno.ETIMEDOUT);
            }
        }
    }

    private Span<byte> Buffer(int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = GC.AllocateArray<byte>(length, pinned: true);
        }

        return _buffer.AsSpan(0, length);
    }

    private int Call<T>(uint request, ref T argument)
        where T : unmanaged => _file.Control(request, MemoryMarshal.AsBytes(new Span<T>(ref argument)));

    private void Check(int result, string what)
    {
        if (result < 0)
        {
            throw UsbfsError.Failed(Device, what, (Errno)(-result));
        }
    }
}
