using System.Runtime.InteropServices;

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

    [LibraryImport(Library, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

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
