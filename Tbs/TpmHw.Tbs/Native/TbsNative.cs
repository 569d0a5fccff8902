using System.Runtime.InteropServices;

namespace TpmHw.Tbs.Native;

/// <summary>The functions of tbs.dll (tbs.h), with their own names. Those after the first five are not on every Windows: <see cref="TbsLibrary.Has"/>.</summary>
internal static unsafe partial class TbsNative
{
    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Context_Create(in TbsContextParams parameters, out TbsContextHandle context);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsip_Context_Close(nint context);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsip_Submit_Command(
        TbsContextHandle context, uint locality, uint priority, byte* command, uint commandSize, byte* response, ref uint responseSize);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsip_Cancel_Commands(TbsContextHandle context);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Physical_Presence_Command(TbsContextHandle context, byte* input, uint inputSize, byte* output, ref uint outputSize);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Get_TCG_Log(TbsContextHandle context, byte* log, ref uint size);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_GetDeviceInfo(uint size, TpmDeviceInfo* info);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Get_OwnerAuth(TbsContextHandle context, uint type, byte* output, ref uint size);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Revoke_Attestation();

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Create_Windows_Key(uint key);

    [LibraryImport(TbsLibrary.Name)]
    internal static partial uint Tbsi_Get_TCG_Log_Ex(uint type, byte* log, ref uint size);
}
