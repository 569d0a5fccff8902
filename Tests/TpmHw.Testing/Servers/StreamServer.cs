using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TpmHw.Testing;

/// <summary>Kinds of stream sockets.</summary>
public enum SocketKind
{
    /// <summary>A Unix socket.</summary>
    Unix,

    /// <summary>TCP over IPv4.</summary>
    TcpV4,

    /// <summary>TCP over IPv6 where this machine has it: see <see cref="StreamServer.LoopbackV6"/>.</summary>
    TcpV6,
}

/// <summary>A listener that serves each connection on a thread of its own.</summary>
public sealed class StreamServer : IDisposable
{
    private readonly Action<Socket> _serve;
    private readonly Lock _lock = new();
    private readonly List<Socket> _connections = [];
    private readonly string? _folder;
    private Socket _listener;
    private int _accepted;
    private bool _disposed;

    /// <summary>Listens, and serves until it is disposed.</summary>
    /// <param name="kind">What to listen on.</param>
    /// <param name="serve">Serves one connection; the connection is closed when this returns or throws.</param>
    public StreamServer(SocketKind kind, Action<Socket> serve)
    {
        Kind = kind;
        _serve = serve;
        _folder = kind == SocketKind.Unix ? Directory.CreateTempSubdirectory("tpmhw").FullName : null;
        _listener = Listen(kind switch
        {
            SocketKind.Unix => new UnixDomainSocketEndPoint(Path.Combine(_folder!, "s")),
            SocketKind.TcpV4 => new IPEndPoint(IPAddress.Loopback, 0),
            _ => new IPEndPoint(LoopbackV6, 0),
        });
    }

    /// <summary>This machine's address for itself in IPv6, or in IPv4 where IPv6 is switched off, as in many containers.</summary>
    public static IPAddress LoopbackV6 { get; } = FindLoopbackV6();

    /// <summary>What it listens on.</summary>
    public SocketKind Kind { get; }

    /// <summary>The Unix socket's path, or the TCP port.</summary>
    public string Place => _listener.LocalEndPoint is IPEndPoint tcp ? tcp.Port.ToString(CultureInfo.InvariantCulture) : _listener.LocalEndPoint!.ToString()!;

    /// <summary>The options of a connection string that lead here.</summary>
    public string Options => Kind switch
    {
        SocketKind.Unix => "path=" + Place,
        SocketKind.TcpV4 => "host=127.0.0.1,port=" + Place,
        _ => $"host={LoopbackV6},port={Place}",
    };

    /// <summary>How many connections were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Stops listening and ends every connection, as a server does that is killed.</summary>
    public void Stop()
    {
        EndPoint endPoint = _listener.LocalEndPoint!;
        _listener.Dispose();
        if (endPoint is UnixDomainSocketEndPoint)
        {
            File.Delete(endPoint.ToString()!);
        }

        lock (_lock)
        {
            _connections.ForEach(connection => connection.Dispose());
            _connections.Clear();
        }
    }

    /// <summary>Reads exactly as many bytes; false at the end of the stream.</summary>
    public static bool TryRead(Socket connection, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read = connection.Receive(buffer);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        Stop();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static IPAddress FindLoopbackV6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return IPAddress.IPv6Loopback;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }

    private Socket Listen(EndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endPoint);
        listener.Listen();
        new Thread(() => AcceptAll(listener)) { IsBackground = true, Name = "test server" }.Start();
        return listener;
    }

    private void AcceptAll(Socket listener)
    {
        try
        {
            while (!_disposed)
            {
                Socket connection = listener.Accept();
                lock (_lock)
                {
                    _connections.Add(connection);
                    _accepted++;
                }

                new Thread(() => ServeOne(connection)) { IsBackground = true, Name = "test connection" }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private void ServeOne(Socket connection)
    {
        try
        {
            _serve(connection);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has gone, or the server was stopped.
        }

        lock (_lock)
        {
            _connections.Remove(connection);
        }

        connection.Dispose();
    }
}
