using System.Runtime.InteropServices;

namespace TpmHw.Transports.Linux;

/// <summary>Events of poll(2), as far as they are used.</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    In = 0x01,
    Out = 0x04,
    Error = 0x08,
    HungUp = 0x10,
    Invalid = 0x20,
}

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int File;
    public PollEvents Wanted;
    public PollEvents Seen;
}

/// <summary>struct statx, as far as it is used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    [FieldOffset(20)]
    public uint Owner;

    [FieldOffset(24)]
    public uint Group;

    [FieldOffset(28)]
    public ushort Mode;

    /// <summary>Whether it is a character device (S_IFCHR).</summary>
    public readonly bool IsCharacterDevice => (Mode & 0xF000) == 0x2000;

    /// <summary>Whether it is a Unix socket (S_IFSOCK).</summary>
    public readonly bool IsSocket => (Mode & 0xF000) == 0xC000;
}

/// <summary>struct flock64.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LockRange
{
    public const short Write = 1;

    public short Type;
    public short Whence;
    public long Start;
    public long Length;
    public int Process;
}
