using System.Runtime.InteropServices;

namespace TpmHw.Tbs.Tests;

/// <summary>The functions that the double can be told to fail, by its numbers.</summary>
internal enum DoubleFunction
{
    Create,
    Close,
    Submit,
    Cancel,
    DeviceInfo,
    Log,
    LogEx,
    OwnerAuth,
    Presence,
    Revoke,
    WindowsKey,
}

/// <summary>What the double has seen, by its numbers.</summary>
internal enum DoubleSeen
{
    Version,
    Flags,
    Locality,
    Priority,
    Cancels,
    OpenContexts,
    Executed,
    Revoked,
    Key,
    InputSize,
    Waiting,
}

/// <summary>How a blocked command is answered.</summary>
internal enum Blocking
{
    Not,
    InTheResponse,
    InTheResult,
}

/// <summary>How a command ends that was cancelled.</summary>
internal enum CancelEnding
{
    WithResult,
    WithResponse,
    Well,
}

/// <summary>What can be said to the double of tbs.dll (Tests/TbsDouble/control.c).</summary>
internal sealed unsafe class TbsDouble(nint library)
{
    public void Reset() => ((delegate* unmanaged[Stdcall]<void>)Export("Reset"))();

    public void Connect(TpmFamily family, int port) =>
        ((delegate* unmanaged[Stdcall]<uint, uint, void>)Export("Connect"))(family == TpmFamily.Tpm12 ? 12u : 20u, (uint)port);

    public void Disconnect() => ((delegate* unmanaged[Stdcall]<void>)Export("Disconnect"))();

    public void Fail(DoubleFunction function, uint code, int times = 1) =>
        ((delegate* unmanaged[Stdcall]<uint, uint, int, void>)Export("Fail"))((uint)function, code, times);

    public void Block(uint command, Blocking how) => ((delegate* unmanaged[Stdcall]<uint, uint, void>)Export("Block"))(command, (uint)how);

    public void Delay(int milliseconds) => ((delegate* unmanaged[Stdcall]<uint, void>)Export("Delay"))((uint)milliseconds);

    public void OnCancel(CancelEnding ending, int lateMilliseconds = 0, int deaf = 0) =>
        ((delegate* unmanaged[Stdcall]<uint, uint, uint, void>)Export("OnCancel"))((uint)ending, (uint)lateMilliseconds, (uint)deaf);

    public void OddSize(uint size) => ((delegate* unmanaged[Stdcall]<uint, void>)Export("OddSize"))(size);

    public void LoseContexts() => ((delegate* unmanaged[Stdcall]<void>)Export("LoseContexts"))();

    public void Log(TpmEventLogKind kind, byte[] log, int growths = 0)
    {
        fixed (byte* bytes = log)
        {
            ((delegate* unmanaged[Stdcall]<uint, byte*, uint, uint, void>)Export("Log"))((uint)kind, bytes, (uint)log.Length, (uint)growths);
        }
    }

    public void OwnerAuth(byte[] secret)
    {
        fixed (byte* bytes = secret)
        {
            ((delegate* unmanaged[Stdcall]<byte*, uint, void>)Export("OwnerAuth"))(bytes, (uint)secret.Length);
        }
    }

    public uint Seen(DoubleSeen what) => ((delegate* unmanaged[Stdcall]<uint, uint>)Export("Seen"))((uint)what);

    public byte[] LastInput()
    {
        byte[] input = new byte[64];
        fixed (byte* bytes = input)
        {
            ((delegate* unmanaged[Stdcall]<byte*, void>)Export("LastInput"))(bytes);
        }

        return input[..(int)Seen(DoubleSeen.InputSize)];
    }

    private nint Export(string name) => NativeLibrary.GetExport(library, "TbsDouble_" + name);
}
