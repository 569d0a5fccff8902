using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Linux;

/// <summary>The calls for devices that are controlled rather than read: ioctl(2), and flock(2) to have one alone.</summary>
internal static unsafe partial class Libc
{
    /// <summary>ioctl(2), repeated where a signal interrupted it before it began.</summary>
    /// <param name="file">The device.</param>
    /// <param name="request">What to do.</param>
    /// <param name="argument">The structure that goes with it, read and written.</param>
    /// <returns>What the driver returned, or minus the error number.</returns>
    public static int Control(SafeFileHandle file, uint request, Span<byte> argument)
    {
        fixed (byte* bytes = argument)
        {
            while (true)
            {
                int result = ioctl(file, request, bytes);
                if (result >= 0 || LastError != Errno.EINTR)
                {
                    return result >= 0 ? result : -(int)LastError;
                }
            }
        }
    }

    /// <summary>ioctl(2) with a number in place of a structure.</summary>
    public static int Control(SafeFileHandle file, uint request, nuint value)
    {
        int result = ioctl(file, request, (void*)value);
        return result >= 0 ? result : -(int)LastError;
    }

    /// <summary>Takes the advisory lock of one byte of an open file: a part of a device that several programs share.</summary>
    /// <returns>Whether nobody else had it.</returns>
    public static bool TryLock(SafeFileHandle file, long offset)
    {
        const int SetLock = 37; // F_OFD_SETLK: the open file's, not the process's
        var range = new LockRange { Type = LockRange.Write, Start = offset, Length = 1 };
        return fcntl(file, SetLock, &range) == 0 || LastError is not (Errno.EAGAIN or Errno.EACCES);
    }

    /// <summary>Takes the advisory lock of an open file for this process alone.</summary>
    /// <returns>Whether nobody else had it.</returns>
    public static bool TryLock(SafeFileHandle file)
    {
        const int Exclusive = 2, NonBlocking = 4;
        return flock(file, Exclusive | NonBlocking) == 0 || LastError != Errno.EAGAIN;
    }

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, int command, void* argument);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);
}
