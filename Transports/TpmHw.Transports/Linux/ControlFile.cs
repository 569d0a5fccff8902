using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Linux;

/// <summary>
/// The few system calls that a SPI, I2C, GPIO or USB device takes. A negative result is minus the error number. Tests put a
/// scripted one in place of the kernel's.
/// </summary>
internal interface IControlFile : IDisposable
{
    /// <summary>ioctl(2) with a structure that is read and written.</summary>
    int Control(uint request, Span<byte> argument);

    /// <summary>ioctl(2) with a number.</summary>
    int Control(uint request, nuint value);

    /// <summary>Takes over a file that an ioctl opened.</summary>
    IControlFile Adopt(int file);

    int Read(Span<byte> data);

    /// <summary>Waits until there is something to read, or <see cref="Wake"/> was called, or the time is over.</summary>
    DeviceEvents Wait(int milliseconds);

    /// <summary>Ends the wait of another thread, or the next one.</summary>
    void Wake();

    /// <summary>Forgets an earlier <see cref="Wake"/>.</summary>
    void ClearWake();
}

/// <summary>An open device of the kernel's.</summary>
/// <param name="file">The file.</param>
/// <param name="event">The event by which its driver says that it has something.</param>
internal sealed class ControlFile(SafeFileHandle file, PollEvents @event = PollEvents.In) : IControlFile
{
    private DeviceFile? _events;

    // Most are never waited on.
    private DeviceFile Events => _events ??= new DeviceFile(file, @event);

    public int Control(uint request, Span<byte> argument) => Libc.Control(file, request, argument);

    public int Control(uint request, nuint value) => Libc.Control(file, request, value);

    public IControlFile Adopt(int file) => new ControlFile(new SafeFileHandle(file, ownsHandle: true));

    public int Read(Span<byte> data) => Libc.Read(file, data);

    public DeviceEvents Wait(int milliseconds) => Events.Wait(milliseconds);

    public void Wake() => Events.Wake();

    public void ClearWake() => Events.ClearWake();

    public void Dispose()
    {
        _events?.Dispose();
        file.Dispose();
    }
}
