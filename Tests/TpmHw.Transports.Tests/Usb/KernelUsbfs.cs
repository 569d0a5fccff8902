using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TpmHw.Simulation;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Usb;

namespace TpmHw.Transports.Tests.Usb;

/// <summary>
/// The kernel's side of a usbfs node, as drivers/usb/core/devio.c has it: claims, request blocks that are submitted and
/// reaped, and what becomes of them when the device goes. A modelled device is behind it.
/// </summary>
internal sealed unsafe class KernelUsbfs(UsbModelBus bus, VirtualClock clock) : IControlFile
{
    private IUsbPort? _device;
    private nint _pending; // the user's block, once it was submitted and until it is reaped
    private UsbUrb _urb;
    private byte[] _arrived = [];
    private bool _isDone;

    public List<uint> Requests { get; } = [];

    /// <summary>The driver that has the interface; usbfs is another program.</summary>
    public string? Driver { get; set; }

    /// <summary>Fails a request.</summary>
    public Func<uint, Errno> Error { get; set; } = static _ => default;

    /// <summary>What a block ends with in place of its device's answer, such as EPROTO while the device is being pulled out.</summary>
    public Errno Status { get; set; }

    /// <summary>Called while somebody waits; until then nothing has happened.</summary>
    public Action Waiting { get; set; } = static () => { };

    public bool IsConnected { get; set; } = true;

    public bool IsDisposed { get; private set; }

    public int Control(uint request, Span<byte> argument)
    {
        Requests.Add(request);
        if (Error(request) is var error && error != default)
        {
            return -(int)error;
        }

        // Requests carry the size of what goes with them (asm-generic/ioctl.h), but for those of the oldest form.
        if (request >> 16 != 0)
        {
            Assert.Equal((request >> 16) & 0x3FFF, (uint)argument.Length);
        }

        if (!IsConnected && request != UsbfsAbi.ReapUrb)
        {
            return -(int)Errno.ENODEV;
        }

        return request switch
        {
            0x41045508 => NameDriver(argument),
            0x8108551B => Claim(MemoryMarshal.Read<UsbDisconnectClaim>(argument)),
            0x80045510 => Release(MemoryMarshal.Read<uint>(argument)),
            0xC0105512 => Connect(MemoryMarshal.Read<UsbDriverRequest>(argument)),
            0x8038550A => Submit(argument),
            0x550B => Discard(argument),
            0x4008550D => Reap(argument),
            0x80045515 => ClearHalt((byte)MemoryMarshal.Read<uint>(argument)),
            _ => -(int)Errno.ENOTTY,
        };
    }

    public int Control(uint request, nuint argument)
    {
        Assert.Equal((0x5514u, 0u), (request, argument));
        Requests.Add(request);
        return IsConnected ? Reset() : -(int)Errno.ENODEV;
    }

    public DeviceEvents Wait(int milliseconds)
    {
        if (_pending == 0 || !_isDone)
        {
            Waiting();
        }

        if (_pending != 0 && _isDone)
        {
            return DeviceEvents.Readable;
        }

        if (!IsConnected)
        {
            return DeviceEvents.Gone;
        }

        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return DeviceEvents.None;
    }

    /// <summary>The hub has noticed that the device is gone: its blocks end.</summary>
    public void Disconnect()
    {
        IsConnected = false;
        if (_pending != 0 && !_isDone)
        {
            End(-(int)Errno.ESHUTDOWN, 0);
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
        _device?.Dispose();
    }

    public IControlFile Adopt(int file) => throw new NotSupportedException();

    public int Read(Span<byte> data) => throw new NotSupportedException();

    public void Wake() => throw new NotSupportedException();

    public void ClearWake() => throw new NotSupportedException();

    private int NameDriver(Span<byte> argument)
    {
        if (Driver is null)
        {
            return -(int)Errno.ENODATA;
        }

        MemoryMarshal.Write(argument, new UsbDriverName { Interface = MemoryMarshal.Read<uint>(argument), Driver = UsbDriverText.Of(Driver) });
        return 0;
    }

    private int Claim(UsbDisconnectClaim claim)
    {
        const uint ExceptDriver = 2;
        Assert.Equal((0u, ExceptDriver, "usbfs"), (claim.Interface, claim.Flags, claim.Driver.ToString()));
        if (Driver == "usbfs")
        {
            return -(int)Errno.EBUSY;
        }

        Driver = "usbfs";
        _device = bus.Open(bus.List().Single(), 0);
        return 0;
    }

    private int Release(uint number)
    {
        Assert.Equal((0u, "usbfs"), (number, Driver));
        Driver = null;
        _device!.Dispose();
        return 0;
    }

    private int Connect(UsbDriverRequest request)
    {
        Assert.Equal((0, 0x5517u, 0), (request.Interface, request.Request, request.Data));
        Assert.Null(Driver);
        Driver = "attached again";
        return 1;
    }

    private int Submit(Span<byte> argument)
    {
        Assert.Equal(0, _pending);
        Assert.Equal("usbfs", Driver);
        _urb = MemoryMarshal.Read<UsbUrb>(argument);
        Assert.Equal(0u, _urb.Flags | (uint)_urb.Packets | _urb.Signal);
        fixed (byte* user = argument)
        {
            _pending = (nint)user;
        }

        _isDone = false;
        if (Status != default)
        {
            End(-(int)Status, 0);
            return 0;
        }

        try
        {
            RunOnDevice(new Span<byte>((void*)_urb.Buffer, _urb.BufferLength));
        }
        catch (TpmTransportException e) when (e.Fault == TpmFault.Disconnected)
        {
            Disconnect();
        }

        return 0;
    }

    private void RunOnDevice(Span<byte> buffer)
    {
        UsbOutcome outcome;
        int moved;
        if (_urb.Type == UsbUrbType.Control)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(buffer[6..]);
            Assert.Equal((0, length + 8), (_urb.Endpoint, buffer.Length));
            var setup = new UsbSetup(buffer[0], buffer[1], BinaryPrimitives.ReadUInt16LittleEndian(buffer[2..]), BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]));
            _arrived = buffer[8..].ToArray();
            outcome = _device!.Control(setup, _arrived, TimeSpan.Zero, out moved);
        }
        else if ((_urb.Endpoint & 0x80) != 0)
        {
            _arrived = new byte[buffer.Length];
            outcome = _device!.Read(_urb.Endpoint, _arrived, TimeSpan.Zero, out moved);
        }
        else
        {
            _arrived = [];
            outcome = _device!.Write(_urb.Endpoint, buffer, TimeSpan.Zero, out moved);
        }

        _urb.ActualLength = moved;
        if (outcome != UsbOutcome.TimedOut)
        {
            End(outcome == UsbOutcome.Stalled ? -(int)Errno.EPIPE : 0, moved);
        }
    }

    private int Discard(Span<byte> argument)
    {
        fixed (byte* user = argument)
        {
            Assert.Equal(_pending, (nint)user);
        }

        if (_isDone)
        {
            return -(int)Errno.EINVAL;
        }

        End(-(int)Errno.ENOENT, _urb.ActualLength);
        return 0;
    }

    private void End(int status, int moved)
    {
        _isDone = true;
        _urb.Status = status;
        _urb.ActualLength = moved;
    }

    // Only now does the kernel write to the user's memory.
    private int Reap(Span<byte> argument)
    {
        if (_pending == 0 || !_isDone)
        {
            return -(int)(IsConnected ? Errno.EAGAIN : Errno.ENODEV);
        }

        *(UsbUrb*)_pending = _urb;
        int offset = _urb.Type == UsbUrbType.Control ? 8 : 0;
        _arrived.AsSpan(0, Math.Min(_arrived.Length, _urb.ActualLength)).CopyTo(new Span<byte>((byte*)_urb.Buffer + offset, _urb.BufferLength - offset));
        MemoryMarshal.Write(argument, _pending);
        _pending = 0;
        _arrived = [];
        return 0;
    }

    private int ClearHalt(byte endpoint)
    {
        _device!.ClearHalt(endpoint);
        return 0;
    }

    private int Reset()
    {
        _device!.Reset();
        return 0;
    }
}
