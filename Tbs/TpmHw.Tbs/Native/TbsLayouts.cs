using System.Runtime.InteropServices;

namespace TpmHw.Tbs.Native;

/// <summary>TBS_CONTEXT_PARAMS2; its first field alone is TBS_CONTEXT_PARAMS.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TbsContextParams
{
    /// <summary>TBS_CONTEXT_VERSION_ONE (no flags, TPM 1.2 only) or TBS_CONTEXT_VERSION_TWO.</summary>
    public uint Version;

    /// <summary>What is asked for. Bits that have no meaning must be zero.</summary>
    public TbsContextFlags Flags;
}

/// <summary>The bits of TBS_CONTEXT_PARAMS2.</summary>
[Flags]
internal enum TbsContextFlags : uint
{
    None = 0,
    RequestRaw = 1,
    IncludeTpm12 = 2,
    IncludeTpm20 = 4,
}

/// <summary>TPM_DEVICE_INFO.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TpmDeviceInfo
{
    public uint StructVersion;
    public uint TpmVersion;
    public uint TpmInterfaceType;
    public uint TpmImpRevision;
}
