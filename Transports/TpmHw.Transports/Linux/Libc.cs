using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Linux;

/// <summary>The C library's calls, as this assembly needs them.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    /// <summary>An anonymous file in memory, open until the process ends.</summary>
    public static int CreateMemoryFile(string name)
    {
        const uint CloseOnExec = 1;
        int descriptor = memfd_create(name, CloseOnExec);
        return descriptor >= 0 ? descriptor : throw new IOException("memfd_create: " + Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>The file that the code at an address was loaded from.</summary>
    public static string PathOfCode(nint address)
    {
        DlInfo info;
        return dladdr(address, &info) != 0 && info.FileName is not null
            ? Marshal.PtrToStringUTF8((nint)info.FileName)!
            : throw new DllNotFoundException("dladdr does not know the library's file.");
    }

    /// <summary>Has what a TCP socket receives next acknowledged without delay (TCP_QUICKACK of tcp(7), which Linux forgets again).</summary>
    public static void AcknowledgeAtOnce(SafeHandle socket)
    {
        const int Tcp = 6, QuickAcknowledge = 12; // IPPROTO_TCP, linux/tcp.h
        int on = 1;
        _ = setsockopt(socket, Tcp, QuickAcknowledge, &on, sizeof(int));
    }

    /// <summary>What poll(2) leaves out.</summary>
    public const int NoFile = -1;

    /// <summary>Opens a device node for reading and writing, non-blocking.</summary>
    /// <returns>The file, or an invalid handle and the error.</returns>
    public static (SafeFileHandle File, Errno Error) OpenDevice(string path)
    {
        // Equal on all architectures of .NET, unlike O_DIRECT and its neighbours (asm-generic/fcntl.h).
        const int ReadWrite = 0x2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;
        while (true)
        {
            SafeFileHandle file = open(path, ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec);
            Errno error = file.IsInvalid ? LastError : default;
            if (error != Errno.EINTR)
            {
                return (file, error);
            }

            file.Dispose();
        }
    }

    /// <summary>write(2), repeated where a signal interrupted it.</summary>
    /// <returns>The bytes written, or minus the error number.</returns>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            while (true)
            {
                nint count = write(file, bytes, (nuint)data.Length);
                if (count >= 0 || LastError != Errno.EINTR)
                {
                    return count >= 0 ? (int)count : -(int)LastError;
                }
            }
        }
    }

    /// <summary>read(2), repeated where a signal interrupted it.</summary>
    /// <returns>The bytes read, or minus the error number.</returns>
    public static int Read(SafeFileHandle file, Span<byte> data)
    {
        fixed (byte* bytes = data)
        {
            while (true)
            {
                nint count = read(file, bytes, (nuint)data.Length);
                if (count >= 0 || LastError != Errno.EINTR)
                {
                    return count >= 0 ? (int)count : -(int)LastError;
                }
            }
        }
    }

    /// <summary>poll(2).</summary>
    /// <returns>How many files have something to say, or minus the error number; a signal ends the wait.</returns>
    public static int Poll(Span<PollDescriptor> files, int milliseconds)
    {
        fixed (PollDescriptor* first = files)
        {
            int count = poll(first, (nuint)files.Length, milliseconds);
            return count >= 0 ? count : -(int)LastError;
        }
    }

    /// <summary>An eventfd(2): readable once 8 bytes were written to it.</summary>
    public static SafeFileHandle CreateEvent()
    {
        const int NonBlocking = 0x800, CloseOnExec = 0x80000;
        SafeFileHandle file = eventfd(0, NonBlocking | CloseOnExec);
        return !file.IsInvalid ? file : throw new IOException("eventfd: " + Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>The owner and the mode of a file; null where it can't be looked at.</summary>
    /// <remarks>statx(2), because its structure is the same on every architecture and that of stat(2) is not.</remarks>
    public static FileStatus? Status(string path)
    {
        const int CurrentFolder = -100;
        const uint BasicStats = 0x7FF;
        FileStatus status;
        return statx(CurrentFolder, path, 0, BasicStats, &status) == 0 ? status : null;
    }

    private static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* data, nuint size);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, byte* data, nuint size);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    private static partial int poll(PollDescriptor* files, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    private static partial SafeFileHandle eventfd(uint count, int flags);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint wanted, FileStatus* status);

    [LibraryImport(Library, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    private static partial int setsockopt(SafeHandle socket, int level, int name, void* value, uint length);

    [LibraryImport(Library, EntryPoint = "dladdr")]
    private static partial int dladdr(nint address, DlInfo* info);

    /// <summary>Dl_info of dlfcn.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DlInfo
    {
        public byte* FileName;
        public nint FileBase;
        public byte* SymbolName;
        public nint SymbolAddress;
    }
}
