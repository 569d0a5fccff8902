using System.Runtime.InteropServices;

namespace TpmHw.Tbs.Native;

/// <summary>A TBS_HCONTEXT. Closing it ends every object and session that was made in it.</summary>
internal sealed class TbsContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => TbsNative.Tbsip_Context_Close(handle) == 0;
}
