using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Linux;

/// <summary>mmap(2).</summary>
internal static unsafe partial class Libc
{
    /// <summary>Opens a file whose mapping reaches the hardware uncached.</summary>
    /// <returns>The file, or an invalid handle and the error.</returns>
    public static (SafeFileHandle File, Errno Error) OpenMemory(string path)
    {
        const int ReadWrite = 0x2, CloseOnExec = 0x80000, Synchronous = 0x101000;
        SafeFileHandle file = open(path, ReadWrite | CloseOnExec | Synchronous);
        return (file, file.IsInvalid ? LastError : default);
    }

    /// <summary>Maps a part of a file for reading and writing, shared with everybody else who does.</summary>
    /// <returns>The mapping, or an invalid handle and the error.</returns>
    public static (SafeMapping Mapping, Errno Error) Map(SafeFileHandle file, ulong offset, nuint length)
    {
        const int Read = 1, Write = 2, Shared = 1;
        nint address = mmap(0, length, Read | Write, Shared, file, unchecked((long)offset));
        return (new SafeMapping(address, length), address == SafeMapping.Failed ? LastError : default);
    }

    [LibraryImport(Library, EntryPoint = "mmap", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport(Library, EntryPoint = "munmap")]
    private static partial int munmap(nint address, nuint length);

    /// <summary>A mapping that munmap(2) ends.</summary>
    internal sealed class SafeMapping : SafeHandleZeroOrMinusOneIsInvalid
    {
        /// <summary>MAP_FAILED.</summary>
        public const nint Failed = -1;

        private readonly nuint _length;

        public SafeMapping(nint address, nuint length)
            : base(ownsHandle: true)
        {
            _length = length;
            SetHandle(address);
        }

        protected override bool ReleaseHandle() => munmap(handle, _length) == 0;
    }
}
