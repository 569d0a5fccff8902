using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Simulators;

/// <summary>
/// One loaded copy of libtpms. The library keeps its whole TPM in global variables, so a process that wants two TPMs
/// needs two copies of its code: the first is the library itself, each further one is loaded from an anonymous copy of
/// its file. Copies that are given back are used again.
/// </summary>
internal sealed unsafe class LibtpmsImage
{
    private const string FileName = "libtpms.so.0";

    private static readonly ConcurrentStack<LibtpmsImage> s_free = new();
    private static readonly Lock s_loading = new();
    private static byte[]? s_file;

    // libtpms/tpm_library.h and tpm_memory.h of libtpms 0.6 and later.
    public readonly delegate* unmanaged[Cdecl]<uint> GetVersion;
    public readonly delegate* unmanaged[Cdecl]<int, uint> ChooseTpmVersion;
    public readonly delegate* unmanaged[Cdecl]<LibtpmsCallbacks*, uint> RegisterCallbacks;
    public readonly delegate* unmanaged[Cdecl]<uint> MainInit;
    public readonly delegate* unmanaged[Cdecl]<void> Terminate;
    public readonly delegate* unmanaged[Cdecl]<byte**, uint*, uint*, byte*, uint, uint> Process;
    public readonly delegate* unmanaged[Cdecl]<uint> CancelCommand;
    public readonly delegate* unmanaged[Cdecl]<int, byte*> GetInfo;
    public readonly delegate* unmanaged[Cdecl]<uint> HashStart;
    public readonly delegate* unmanaged[Cdecl]<byte*, uint, uint> HashData;
    public readonly delegate* unmanaged[Cdecl]<uint> HashEnd;
    public readonly delegate* unmanaged[Cdecl]<byte*, uint> EstablishedGet;
    public readonly delegate* unmanaged[Cdecl]<uint> EstablishedReset;
    public readonly delegate* unmanaged[Cdecl]<byte**, uint, uint> Malloc;
    public readonly delegate* unmanaged[Cdecl]<byte*, void> Free;

    private LibtpmsImage(nint library)
    {
        GetVersion = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(library, "TPMLIB_GetVersion");
        ChooseTpmVersion = (delegate* unmanaged[Cdecl]<int, uint>)NativeLibrary.GetExport(library, "TPMLIB_ChooseTPMVersion");
        RegisterCallbacks = (delegate* unmanaged[Cdecl]<LibtpmsCallbacks*, uint>)NativeLibrary.GetExport(library, "TPMLIB_RegisterCallbacks");
        MainInit = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(library, "TPMLIB_MainInit");
        Terminate = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(library, "TPMLIB_Terminate");
        Process = (delegate* unmanaged[Cdecl]<byte**, uint*, uint*, byte*, uint, uint>)NativeLibrary.GetExport(library, "TPMLIB_Process");
        CancelCommand = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(library, "TPMLIB_CancelCommand");
        GetInfo = (delegate* unmanaged[Cdecl]<int, byte*>)NativeLibrary.GetExport(library, "TPMLIB_GetInfo");
        HashStart = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(library, "TPM_IO_Hash_Start");
        HashData = (delegate* unmanaged[Cdecl]<byte*, uint, uint>)NativeLibrary.GetExport(library, "TPM_IO_Hash_Data");
        HashEnd = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(library, "TPM_IO_Hash_End");
        EstablishedGet = (delegate* unmanaged[Cdecl]<byte*, uint>)NativeLibrary.GetExport(library, "TPM_IO_TpmEstablished_Get");
        EstablishedReset = (delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(library, "TPM_IO_TpmEstablished_Reset");
        Malloc = (delegate* unmanaged[Cdecl]<byte**, uint, uint>)NativeLibrary.GetExport(library, "TPM_Malloc");
        Free = (delegate* unmanaged[Cdecl]<byte*, void>)NativeLibrary.GetExport(library, "TPM_Free");
    }

    /// <summary>Takes a copy that no other TPM of this process uses.</summary>
    public static LibtpmsImage Rent(string connectionString)
    {
        if (s_free.TryPop(out LibtpmsImage? image))
        {
            return image;
        }

        lock (s_loading)
        {
            try
            {
                return s_file is null ? LoadLibraryItself(connectionString) : LoadCopy(s_file);
            }
            catch (Exception e) when (e is EntryPointNotFoundException or BadImageFormatException or IOException or DllNotFoundException)
            {
                throw new TpmTransportException(
                    TpmFault.NotSupported,
                    "libtpms is there but can't be loaded into this process.",
                    e.Message,
                    "TpmHw needs libtpms 0.6 or later for this machine's architecture; a second TPM in one process needs memfd_create (Linux 3.17).",
                    e);
            }
        }
    }

    /// <summary>Gives back a copy whose TPM was terminated.</summary>
    public static void Return(LibtpmsImage image) => s_free.Push(image);

    private static LibtpmsImage LoadLibraryItself(string connectionString)
    {
        if (!NativeLibrary.TryLoad(FileName, out nint library))
        {
            throw new TpmTransportException(
                TpmFault.NotFound,
                $"'{connectionString}' needs libtpms, and {FileName} is not on this machine.",
                advice: "Install it: apt install libtpms0 (Debian, Ubuntu), dnf install libtpms (Fedora), apk add libtpms (Alpine).");
        }

        var image = new LibtpmsImage(library);
        s_file = File.ReadAllBytes(Libc.PathOfCode(NativeLibrary.GetExport(library, "TPMLIB_GetVersion")));
        return image;
    }

    private static LibtpmsImage LoadCopy(byte[] file)
    {
        // The loader tells libraries apart by path and inode, so each copy has its own descriptor, open as long as the
        // copy is loaded: to the process's end.
        int descriptor = Libc.CreateMemoryFile("libtpms");
        string path = $"/proc/self/fd/{descriptor}";
        File.WriteAllBytes(path, file);
        return new LibtpmsImage(NativeLibrary.Load(path));
    }
}

/// <summary>struct libtpms_callbacks of libtpms/tpm_library.h. None of them is told which TPM it is for.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LibtpmsCallbacks
{
    public int SizeOfStruct;
    public delegate* unmanaged[Cdecl]<uint> NvramInit;
    public delegate* unmanaged[Cdecl]<byte**, uint*, uint, byte*, uint> NvramLoadData;
    public delegate* unmanaged[Cdecl]<byte*, uint, uint, byte*, uint> NvramStoreData;
    public delegate* unmanaged[Cdecl]<uint, byte*, byte, uint> NvramDeleteName;
    public delegate* unmanaged[Cdecl]<uint> IoInit;
    public delegate* unmanaged[Cdecl]<uint*, uint, uint> IoGetLocality;
    public delegate* unmanaged[Cdecl]<byte*, uint, uint> IoGetPhysicalPresence;
}
