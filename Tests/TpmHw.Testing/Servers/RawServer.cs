using System.Net.Sockets;
using TpmHw.Wire;

namespace TpmHw.Testing;

/// <summary>Plain command bytes in, plain response bytes out: what <c>raw:</c> speaks to, and <c>swtpm:</c> on its data channel.</summary>
public sealed class RawServer : IDisposable
{
    private readonly FarSide _far;

    /// <summary>Serves a far side.</summary>
    public RawServer(FarSide far, SocketKind kind)
    {
        _far = far;
        Listener = new StreamServer(kind, Serve);
    }

    /// <summary>Where it listens.</summary>
    public StreamServer Listener { get; }

    /// <summary>Whether each connection is closed after one response.</summary>
    public bool ClosesAfterEachResponse { get; init; }

    /// <summary>Sends what the far side says.</summary>
    public static void Send(Socket connection, FarSideReply reply)
    {
        if (reply.PauseBetweenBytes == default)
        {
            connection.Send(reply.Bytes);
            return;
        }

        foreach (byte one in reply.Bytes)
        {
            connection.Send([one]);
            Thread.Sleep(reply.PauseBetweenBytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Listener.Dispose();

    private void Serve(Socket connection)
    {
        byte[] buffer = new byte[TpmTransportInfo.UsualSize];
        while (StreamServer.TryRead(connection, buffer.AsSpan(0, TpmHeader.Size)))
        {
            int size = (int)TpmHeader.Read(buffer).TotalSize;
            if (!StreamServer.TryRead(connection, buffer.AsSpan(TpmHeader.Size..size)))
            {
                return;
            }

            FarSideReply reply = _far.Execute(buffer.AsSpan(0, size));
            Send(connection, reply);
            if (reply.ThenClose || ClosesAfterEachResponse)
            {
                return;
            }
        }
    }
}
