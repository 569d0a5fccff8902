using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Rig;

/// <summary>The system calls that .NET has no equal for.</summary>
internal static unsafe partial class Native
{
    private const string Library = "libc";

    /// <summary>Opens a device for reading and writing; what is mapped of it is not cached.</summary>
    public static SafeFileHandle Open(string path)
    {
        const int ReadWrite = 0x2, Synchronous = 0x101000;
        SafeFileHandle file = open(path, ReadWrite | Synchronous);
        return file.IsInvalid ? throw new Win32Exception(Marshal.GetLastPInvokeError(), path) : file;
    }

    /// <summary>Maps a part of a file, until the process ends.</summary>
    public static byte* Map(SafeFileHandle file, long offset, int length)
    {
        const int ReadAndWrite = 3, Shared = 1;
        nint address = mmap(0, (nuint)length, ReadAndWrite, Shared, file, offset);
        return address == -1 ? throw new Win32Exception(Marshal.GetLastPInvokeError(), "mmap") : (byte*)address;
    }

    /// <summary>Two stream sockets, each the other's far end.</summary>
    public static (SafeFileHandle One, SafeFileHandle Other) SocketPair()
    {
        const int Unix = 1, Stream = 1;
        int* pair = stackalloc int[2];
        Checked(socketpair(Unix, Stream, 0, pair), "socketpair");
        return (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true));
    }

    /// <summary>Waits until there is something to read.</summary>
    public static bool IsReadable(SafeHandle file, int milliseconds)
    {
        const short In = 1;
        var wanted = new Poll { File = (int)file.DangerousGetHandle(), Events = In };
        return poll(&wanted, 1, milliseconds) > 0;
    }

    /// <summary>One read(2).</summary>
    public static int Read(SafeHandle file, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            return (int)Checked(read(file, first, (nuint)buffer.Length), "read");
        }
    }

    /// <summary>One write(2), which has to take everything.</summary>
    public static void Write(SafeHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            if (Checked(write(file, first, (nuint)bytes.Length), "write") != bytes.Length)
            {
                throw new IOException("Not everything was written.");
            }
        }
    }

    private static nint Checked(nint result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), call);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int poll(Poll* files, nuint count, int milliseconds);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint read(SafeHandle file, byte* buffer, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint write(SafeHandle file, byte* buffer, nuint size);

    private struct Poll
    {
        public int File;
        public short Events;
        public short Returned;
    }
}
