using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Linux;

/// <summary>The calls of a server on Unix sockets: groups, who the other side is, files that it hands over.</summary>
internal static unsafe partial class Libc
{
    private const int SocketLevel = 1;   // SOL_SOCKET
    private const int Rights = 1;        // SCM_RIGHTS

    /// <summary>Gives a file to a group, named or numbered.</summary>
    public static void ChangeGroup(string path, string group)
    {
        if (!uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out uint id))
        {
            GroupEntry* entry = getgrnam(group);
            id = entry is not null ? entry->Id : throw new IOException($"There is no group '{group}'.");
        }

        const uint Unchanged = uint.MaxValue;
        if (chown(path, Unchanged, id) != 0)
        {
            throw new IOException($"The group of {path} can't be '{group}': {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>The process at the other end of a Unix socket (SO_PEERCRED of unix(7)); 0 where it is not known.</summary>
    public static int PeerProcess(SafeHandle socket)
    {
        const int PeerCredentials = 17;
        Credentials peer;
        uint size = (uint)sizeof(Credentials);
        return getsockopt(socket, SocketLevel, PeerCredentials, &peer, &size) == 0 ? peer.Process : 0;
    }

    /// <summary>A file that becomes readable when a process has ended (pidfd_open(2)); invalid where there is none.</summary>
    /// <param name="process">Its number.</param>
    /// <param name="hasEnded">Whether it has ended already.</param>
    public static SafeFileHandle OpenProcess(int process, out bool hasEnded)
    {
        const int PidfdOpen = 434; // on every architecture
        var file = new SafeFileHandle(syscall(PidfdOpen, process, 0), ownsHandle: true);
        hasEnded = file.IsInvalid && LastError == Errno.ESRCH;
        return file;
    }

    /// <summary>recv(2) on a Unix socket, with the file that came along (SCM_RIGHTS of unix(7)).</summary>
    /// <returns>The bytes read, or minus the error number.</returns>
    public static int Receive(SafeHandle socket, Span<byte> data, out SafeSocketHandle? file)
    {
        const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
        const int ControlSize = 64;
        byte* control = stackalloc byte[ControlSize];
        file = null;
        fixed (byte* bytes = data)
        {
            var piece = new Piece { Start = bytes, Length = (nuint)data.Length };
            var message = new Message { Pieces = &piece, Count = 1, Control = control, ControlLength = ControlSize };
            nint count;
            do
            {
                count = recvmsg(socket, &message, CloseOnExec);
            }
            while (count < 0 && LastError == Errno.EINTR);

            var header = (ControlHeader*)control;
            for (nuint left = message.ControlLength; count >= 0 && left >= (nuint)sizeof(ControlHeader) + sizeof(int) && header->Length >= (nuint)sizeof(ControlHeader) && header->Length <= left;)
            {
                if (header->Level == SocketLevel && header->Type == Rights)
                {
                    for (nuint at = (nuint)sizeof(ControlHeader); at + sizeof(int) <= header->Length; at += sizeof(int))
                    {
                        file?.Dispose(); // one is expected; of more, the last counts
                        file = new SafeSocketHandle(*(int*)((byte*)header + at), ownsHandle: true);
                    }
                }

                nuint step = (header->Length + (nuint)sizeof(nuint) - 1) & ~((nuint)sizeof(nuint) - 1);
                left -= Math.Min(step, left);
                header = (ControlHeader*)((byte*)header + step);
            }

            return count >= 0 ? (int)count : -(int)LastError;
        }
    }

    [LibraryImport(Library, EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint owner, uint group);

    [LibraryImport(Library, EntryPoint = "getgrnam", StringMarshalling = StringMarshalling.Utf8)]
    private static partial GroupEntry* getgrnam(string name);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    private static partial int getsockopt(SafeHandle socket, int level, int name, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint recvmsg(SafeHandle socket, Message* message, int flags);

    /// <summary>struct group of grp.h, as far as it is looked at.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct GroupEntry
    {
        public byte* Name;
        public byte* Password;
        public uint Id;
    }

    /// <summary>struct ucred.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Credentials
    {
        public int Process;
        public uint User;
        public uint Group;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nuint Count;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
