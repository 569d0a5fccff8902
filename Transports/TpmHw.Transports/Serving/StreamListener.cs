using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>Listens on one address and serves each connection on a thread of its own, so that one client never waits for another but at the TPM.</summary>
internal sealed class StreamListener(ListenAddress address, string frontEnd, Action<ServedConnection> serve, ConnectionLimits limits, ILogger log) : IListener
{
    private const int ThreadStack = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly List<ServedConnection> _connections = [];
    private Socket? _socket;
    private int _accepted;
    private bool _stopping;

    public void Start()
    {
        _socket = address.Listen();
        if (!address.IsLocal)
        {
            ServerLog.OpenToOthers(log, frontEnd, address.ToString());
        }

        ServerLog.Listening(log, frontEnd, address.ToString());
        new Thread(AcceptAll) { IsBackground = true, Name = $"tpm server {address}" }.Start();
    }

    /// <summary>Serves a connection that did not come by the address.</summary>
    public bool TryAdd(Socket socket, Action<ServedConnection> how)
    {
        var connection = new ServedConnection(socket, string.Create(CultureInfo.InvariantCulture, $"{address}/{++_accepted}"), limits.Idle, limits.Patience);
        bool full;
        lock (_gate)
        {
            full = _stopping || _connections.Count >= limits.Connections;
            if (!full)
            {
                _connections.Add(connection);
            }
        }

        if (full)
        {
            ServerLog.TooMany(log, connection.Name, limits.Connections);
            connection.Dispose();
            return false;
        }

        new Thread(() => ServeOne(connection, how), ThreadStack) { IsBackground = true, Name = $"tpm client {connection.Name}" }.Start();
        return true;
    }

    public void StopTaking()
    {
        lock (_gate)
        {
            _stopping = true;
            _socket?.Dispose();
            _connections.ForEach(static c => c.StopReading());
        }

        if (_socket is not null)
        {
            address.Remove();
        }
    }

    public bool Drain(Deadline deadline)
    {
        while (Count() > 0)
        {
            if (deadline.HasPassed)
            {
                return false;
            }

            Thread.Sleep(5);
        }

        return true;
    }

    public void Dispose()
    {
        StopTaking();
        lock (_gate)
        {
            _connections.ForEach(static c => c.Interrupt());
        }
    }

    private int Count()
    {
        lock (_gate)
        {
            return _connections.Count;
        }
    }

    private void AcceptAll()
    {
        while (true)
        {
            try
            {
                Socket socket = _socket!.Accept();
                if (socket.AddressFamily != AddressFamily.Unix)
                {
                    socket.NoDelay = true;
                }

                TryAdd(socket, serve);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (_stopping)
                {
                    return;
                }

                // A client that left before it was accepted, or no file left for it: the next one is tried.
                ServerLog.AcceptFailed(log, address.ToString(), e.Message);
                Thread.Sleep(50);
            }
        }
    }

    private void ServeOne(ServedConnection connection, Action<ServedConnection> how)
    {
        ServerLog.Connected(log, connection.Name);
        string end = "it left";
        try
        {
            how(connection);
        }
        catch (IOException e)
        {
            end = e.Message;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            end = "it was ended";
        }
        catch (Exception e)
        {
            // Nothing that a client does may end the others.
            ServerLog.ServingFailed(log, e, connection.Name);
        }
        finally
        {
            connection.Dispose();
            ServerLog.Disconnected(log, connection.Name, end);
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }
}
