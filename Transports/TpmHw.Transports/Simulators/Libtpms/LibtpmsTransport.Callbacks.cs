using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace TpmHw.Transports.Simulators;

/// <content>What libtpms calls back for: its state, its locality, physical presence.</content>
public sealed unsafe partial class LibtpmsTransport
{
    // The library calls these on the thread that called it and doesn't say for which TPM, so it is that thread's current one.
    [ThreadStatic]
    private static LibtpmsTransport? s_current;

    private static string NameOf(byte* name) => Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NvramInit() => Success;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NvramLoadData(byte** data, uint* length, uint tpmNumber, byte* name)
    {
        LibtpmsTransport tpm = s_current!;
        try
        {
            byte[]? piece = tpm._store.Load(NameOf(name));
            if (piece is null)
            {
                return NothingStored;
            }

            if (tpm._image.Malloc(data, (uint)piece.Length) != Success)
            {
                return Failed;
            }

            piece.CopyTo(new Span<byte>(*data, piece.Length));
            *length = (uint)piece.Length;
            return Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tpm._storeError = e;
            return InputOutputError;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NvramStoreData(byte* data, uint length, uint tpmNumber, byte* name)
    {
        LibtpmsTransport tpm = s_current!;
        try
        {
            tpm._store.Store(NameOf(name), new ReadOnlySpan<byte>(data, checked((int)length)));
            return Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tpm._storeError = e;
            return InputOutputError;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NvramDeleteName(uint tpmNumber, byte* name, byte mustExist)
    {
        LibtpmsTransport tpm = s_current!;
        try
        {
            return tpm._store.Delete(NameOf(name)) || mustExist == 0 ? Success : Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tpm._storeError = e;
            return InputOutputError;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint IoGetLocality(uint* locality, uint tpmNumber)
    {
        *locality = (uint)s_current!._locality;
        return Success;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint IoGetPhysicalPresence(byte* present, uint tpmNumber)
    {
        *present = s_current!.PhysicalPresence ? (byte)1 : (byte)0;
        return Success;
    }
}
