using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TpmHw.Transports.Tests.Serving;

/// <summary>What .NET's sockets don't do: pairs of them, and files that go along.</summary>
internal static unsafe partial class UnixSockets
{
    private const int Local = 1; // AF_UNIX

    /// <summary>Two ends that are connected.</summary>
    public static (SafeFileHandle Here, SafeFileHandle There) Pair(SocketType type)
    {
        int* ends = stackalloc int[2];
        Assert.Equal(0, socketpair(Local, (int)type, 0, ends));
        return (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true));
    }

    /// <summary>Sends bytes together with a file (SCM_RIGHTS of unix(7)).</summary>
    public static void Send(Socket socket, ReadOnlySpan<byte> bytes, SafeFileHandle file)
    {
        fixed (byte* start = bytes)
        {
            // struct cmsghdr: length, SOL_SOCKET, SCM_RIGHTS, the file's number
            byte* control = stackalloc byte[24];
            *(nuint*)control = 20;
            ((int*)control)[2] = ((int*)control)[3] = 1;
            ((int*)control)[4] = (int)file.DangerousGetHandle();
            nuint* piece = stackalloc nuint[2]; // struct iovec
            (piece[0], piece[1]) = ((nuint)start, (nuint)bytes.Length);
            nuint* message = stackalloc nuint[7]; // struct msghdr: name and its length, pieces and how many, control and its length, flags
            new Span<nuint>(message, 7).Clear();
            (message[2], message[3], message[4], message[5]) = ((nuint)piece, 1, (nuint)control, 24);
            Assert.Equal(bytes.Length, sendmsg(socket.SafeHandle, message, 0));
        }
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    private static partial nint sendmsg(SafeHandle socket, void* message, int flags);
}
