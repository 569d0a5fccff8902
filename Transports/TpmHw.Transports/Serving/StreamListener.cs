using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>
/// Listens on one address and serves each connection on a thread of its own, so that one client never waits for another
/// but at the TPM. The threads that serve are those that accept: tpm2-tss connects to swtpm anew for every command, and
/// neither a new thread nor a change of threads is wanted for each.
/// </summary>
internal sealed class StreamListener(ListenAddress address, string frontEnd, Action<ServedConnection> serve, ConnectionLimits limits, ILogger log) : IListener
{
    private const int ThreadStack = 256 * 1024;
    private const int MostIdle = 4;

    private readonly Lock _gate = new();
    private readonly List<ServedConnection> _connections = [];
    private Socket? _socket;
    private int _accepted;
    private int _idle; // threads that wait for a connection
    private bool _stopping;

    public void Start()
    {
        _socket = address.Listen();
        if (!address.IsLocal)
        {
            ServerLog.OpenToOthers(log, frontEnd, address.ToString());
        }

        ServerLog.Listening(log, frontEnd, address.ToString());
        StartAccepting();
    }

    /// <summary>Serves a connection that did not come by the address. It may be silent as long as it likes: nobody could connect it again.</summary>
    public bool TryAdd(Socket socket, Action<ServedConnection> how)
    {
        if (Admit(socket, TimeSpan.MaxValue) is not { } connection)
        {
            return false;
        }

        new Thread(() => ServeOne(connection, how), ThreadStack) { IsBackground = true, Name = $"tpm client {connection.Name}" }.Start();
        return true;
    }

    public void StopTaking()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return; // the address may be another server's by now
            }

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

    /// <summary>Takes a connection, or ends it where there are too many.</summary>
    private ServedConnection? Admit(Socket socket, TimeSpan idle)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{address}/{Interlocked.Increment(ref _accepted)}");
        var connection = new ServedConnection(socket, name, idle, limits.Patience);
        lock (_gate)
        {
            if (!_stopping && _connections.Count < limits.Connections)
            {
                _connections.Add(connection);
                ServerTelemetry.Connections.Add(1);
                return connection;
            }
        }

        ServerTelemetry.Refused("connections");
        ServerLog.TooMany(log, connection.Name, limits.Connections);
        connection.Dispose();
        return null;
    }

    private void StartAccepting()
    {
        Interlocked.Increment(ref _idle);
        new Thread(AcceptAndServe, ThreadStack) { IsBackground = true, Name = $"tpm server {address}" }.Start();
    }

    /// <summary>Serves one connection after another; while it does, another thread waits for the next one.</summary>
    private void AcceptAndServe()
    {
        while (Accept() is { } socket)
        {
            if (Admit(socket, limits.Idle) is not { } connection)
            {
                continue;
            }

            if (Interlocked.Decrement(ref _idle) == 0)
            {
                StartAccepting();
            }

            ServeOne(connection, serve);
            if (Interlocked.Increment(ref _idle) > MostIdle)
            {
                Interlocked.Decrement(ref _idle);
                return;
            }
        }
    }

    /// <summary>Waits for a connection; null where none will come any more.</summary>
    private Socket? Accept()
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

                return socket;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e)
            {
                if (_stopping)
                {
                    return null;
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
                ServerTelemetry.Connections.Add(-1);
            }
        }
    }
}
