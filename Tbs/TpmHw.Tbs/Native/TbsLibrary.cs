using System.Reflection;
using System.Runtime.InteropServices;

namespace TpmHw.Tbs.Native;

/// <summary>tbs.dll, loaded at first use, and which of its functions this Windows has.</summary>
internal static class TbsLibrary
{
    public const string Name = "tbs.dll";

    private static readonly Lock s_loading = new();
    private static nint s_handle;

    // Which Windows brought the functions that not every one has (their documentation; the undocumented key: field reports).
    private static readonly Dictionary<string, string> s_since = new(StringComparer.Ordinal)
    {
        [nameof(TbsNative.Tbsi_Get_TCG_Log)] = "Windows Vista SP1",
        [nameof(TbsNative.Tbsi_GetDeviceInfo)] = "Windows 8",
        [nameof(TbsNative.Tbsi_Get_OwnerAuth)] = "Windows 8",
        [nameof(TbsNative.Tbsi_Revoke_Attestation)] = "Windows 8",
        [nameof(TbsNative.Tbsi_Create_Windows_Key)] = "Windows 10",
        [nameof(TbsNative.Tbsi_Get_TCG_Log_Ex)] = "Windows 10, version 1803",
    };

    static TbsLibrary() => NativeLibrary.SetDllImportResolver(typeof(TbsLibrary).Assembly, Resolve);

    /// <summary>Loads the library: Windows' own, unless another way was set before the first use.</summary>
    internal static Func<nint> Loader { get; set; } = LoadFromSystem;

    /// <summary>The loaded library.</summary>
    /// <exception cref="TpmTransportException">There is none.</exception>
    public static nint Handle
    {
        get
        {
            lock (s_loading)
            {
                return s_handle != 0 ? s_handle : s_handle = Loader();
            }
        }
    }

    /// <summary>Whether this Windows has a function.</summary>
    /// <exception cref="TpmTransportException">There is no such library at all.</exception>
    public static bool Has(string function) => NativeLibrary.TryGetExport(Handle, function, out _);

    /// <summary>Checks that this Windows has a function.</summary>
    /// <exception cref="TpmTransportException">It has not.</exception>
    public static void Require(string function)
    {
        if (!Has(function))
        {
            throw new TpmTransportException(
                TpmFault.NotSupported,
                $"This Windows does not have {function}.",
                RuntimeInformation.OSDescription,
                $"It came with {s_since[function]}.");
        }
    }

    /// <summary>By its absolute path: a DLL of that name in the application's folder is never taken.</summary>
    private static nint LoadFromSystem()
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new TpmTransportException(
                TpmFault.NotSupported,
                "The TPM Base Services are a part of Windows; this is another operating system.",
                RuntimeInformation.OSDescription,
                "On Linux, the TPM of the machine is device:/dev/tpmrm0.");
        }

        string path = Path.Combine(Environment.SystemDirectory, Name);
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new TpmTransportException(
                TpmFault.NotSupported, "This Windows has no TPM Base Services.", $"{path}: {e.Message}", "Nano Server and some containers come without them.", e);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Name ? Handle : 0;
}
