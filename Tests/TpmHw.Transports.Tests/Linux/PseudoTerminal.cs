using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Tests.Linux;

/// <summary>
/// A pseudo-terminal that passes bytes through unchanged: the one character device that a test can have without a
/// kernel module. It knows no commands, so it doesn't say EBUSY as a TPM's node does.
/// </summary>
internal sealed unsafe partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000;

    private readonly SafeFileHandle _other;

    public PseudoTerminal(bool nonBlocking = false)
    {
        Master = posix_openpt(ReadWrite | NoControllingTerminal | CloseOnExec | (nonBlocking ? NonBlocking : 0));
        byte* name = stackalloc byte[64];
        byte* settings = stackalloc byte[256]; // struct termios, 60 bytes
        if (Master.IsInvalid || grantpt(Master) != 0 || unlockpt(Master) != 0 || ptsname_r(Master, name, 64) != 0)
        {
            throw new IOException("This machine gives no pseudo-terminal: " + Marshal.GetLastPInvokeErrorMessage());
        }

        Path = Marshal.PtrToStringUTF8((nint)name)!;

        // Kept open, so that the settings and the terminal outlive the one who opens it by its path.
        _other = File.OpenHandle(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Assert.Equal(0, tcgetattr(_other, settings));
        cfmakeraw(settings);
        Assert.Equal(0, tcsetattr(_other, 0, settings));
    }

    /// <summary>The end that the test holds.</summary>
    public SafeFileHandle Master { get; }

    /// <summary>The end that is opened by its path.</summary>
    public string Path { get; }

    /// <summary>The end with the path hangs up.</summary>
    public void HangUp() => Master.Dispose();

    public void Dispose()
    {
        _other.Dispose();
        Master.Dispose();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial SafeFileHandle posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int grantpt(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlockpt(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ptsname_r(SafeFileHandle file, byte* name, nuint room);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(SafeFileHandle file, byte* settings);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(SafeFileHandle file, int when, byte* settings);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(byte* settings);
}
