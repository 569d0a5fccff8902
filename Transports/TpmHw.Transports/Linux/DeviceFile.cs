using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Linux;

/// <summary>What poll(2) says of a device node and of the event beside it.</summary>
[Flags]
internal enum DeviceEvents
{
    None = 0,

    /// <summary>A response, or the error that took its place, waits to be read.</summary>
    Readable = 1,

    /// <summary>The other end has gone.</summary>
    Gone = 2,

    /// <summary><see cref="IDeviceFile.Wake"/> was called.</summary>
    Woken = 4,
}

/// <summary>
/// The few system calls that a device node takes. A negative result is minus the error number. Tests put a scripted
/// one in place of the kernel's.
/// </summary>
internal interface IDeviceFile : IDisposable
{
    int Write(ReadOnlySpan<byte> command);

    int Read(Span<byte> response);

    /// <summary>Waits until there is something to read, or <see cref="Wake"/> was called, or the time is over.</summary>
    DeviceEvents Wait(int milliseconds);

    /// <summary>Waits for <see cref="Wake"/> alone.</summary>
    DeviceEvents Pause(int milliseconds);

    /// <summary>Ends the wait of another thread, or the next one.</summary>
    void Wake();

    /// <summary>Forgets an earlier <see cref="Wake"/>.</summary>
    void ClearWake();
}

/// <summary>An open device node, non-blocking.</summary>
internal sealed class DeviceFile : IDeviceFile
{
    private readonly SafeFileHandle _node;
    private readonly SafeFileHandle _wake;
    private readonly PollEvents _wanted;
    private int _woken;

    /// <summary>Takes over an open file.</summary>
    /// <param name="node">The file.</param>
    /// <param name="wanted">The event by which its driver says that it has something.</param>
    public DeviceFile(SafeFileHandle node, PollEvents wanted = PollEvents.In)
    {
        _node = node;
        _wanted = wanted;
        _wake = Libc.CreateEvent();
    }

    public int Write(ReadOnlySpan<byte> command) => Libc.Write(_node, command);

    public int Read(Span<byte> response) => Libc.Read(_node, response);

    public DeviceEvents Wait(int milliseconds) => Poll(_node.DangerousGetHandle(), milliseconds);

    public DeviceEvents Pause(int milliseconds) => Poll(Libc.NoFile, milliseconds);

    public void Wake()
    {
        Volatile.Write(ref _woken, 1);
        try
        {
            Libc.Write(_wake, MemoryMarshal.AsBytes<ulong>([1]));
        }
        catch (ObjectDisposedException)
        {
            // The command that was to be woken ended in the meantime, and the transport with it.
        }
    }

    public void ClearWake()
    {
        if (Interlocked.Exchange(ref _woken, 0) != 0)
        {
            Libc.Read(_wake, stackalloc byte[sizeof(ulong)]);
        }
    }

    public void Dispose()
    {
        _node.Dispose();
        _wake.Dispose();
    }

    private DeviceEvents Poll(nint node, int milliseconds)
    {
        // Neither file is closed during a command, so their numbers stay theirs.
        Span<PollDescriptor> files =
        [
            new() { File = (int)node, Wanted = _wanted },
            new() { File = (int)_wake.DangerousGetHandle(), Wanted = PollEvents.In },
        ];
        if (Libc.Poll(files, milliseconds) <= 0)
        {
            return DeviceEvents.None; // time over, or a signal: the caller looks at its deadline
        }

        return ((files[0].Seen & _wanted) != 0 ? DeviceEvents.Readable : 0)
            | ((files[0].Seen & (PollEvents.Error | PollEvents.HungUp | PollEvents.Invalid)) != 0 ? DeviceEvents.Gone : 0)
            | (files[1].Seen != 0 ? DeviceEvents.Woken : 0);
    }
}
