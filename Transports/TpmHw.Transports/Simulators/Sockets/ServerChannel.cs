using System.Net;
using System.Net.Sockets;
using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>
/// The way to one server: a connection that is made when it is needed, made anew when it has ended or is out of step,
/// and that carries a caller's wish to cancel.
/// </summary>
internal sealed class ServerChannel : IDisposable
{
    // What a server that was asked to stop a command has for answering it.
    private static readonly TimeSpan s_cancelGrace = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Lock _cancelling = new();
    private readonly ServerAddress _address;
    private readonly SocketTimes _times;
    private readonly Action? _greet;
    private readonly Func<bool>? _askToStop;
    private ServerConnection? _connection;
    private ServerConnection? _running;
    private Timer? _grace;
    private Habit _habit;
    private bool _interrupted;
    private bool _greeting;

    /// <summary>A channel without a connection.</summary>
    /// <param name="address">Where the server listens.</param>
    /// <param name="times">How long it may take.</param>
    /// <param name="greet">What comes first on every new connection, the ones made after a failure among them.</param>
    /// <param name="askToStop">Asks the server to stop the running command, and says whether that could be done; null where the protocol has no such request.</param>
    public ServerChannel(ServerAddress address, SocketTimes times, Action? greet = null, Func<bool>? askToStop = null)
    {
        _address = address;
        _times = times;
        _greet = greet;
        _askToStop = askToStop;
    }

    /// <summary>A connection that is in step with the server.</summary>
    /// <exception cref="TpmTransportException">There is none and none can be made.</exception>
    public ServerConnection Ready(CancellationToken cancellationToken = default)
    {
        if (_greeting)
        {
            return _connection!;
        }

        if (_connection is { } connection)
        {
            if (IsInStep(connection))
            {
                return connection;
            }

            Drop();
        }

        ServerConnection made = Connect(cancellationToken);
        Greet();
        return made;
    }

    /// <summary>Sends a request of the server's own protocol. Whatever fails, the next one begins on a new connection.</summary>
    public void Send(ReadOnlySpan<byte> request) => Send(Ready(), request);

    private void Send(ServerConnection connection, ReadOnlySpan<byte> message)
    {
        try
        {
            connection.Send(message);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>Receives an answer, or a part of one, that the server owes on the connection there is.</summary>
    public void Receive(Span<byte> answer, TimeSpan time, TimeSpan? rest = null)
    {
        try
        {
            _connection!.ReceiveExactly(answer, time, rest ?? _times.Rest);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>Sends one message and receives the one that answers it.</summary>
    /// <returns>The answer's length.</returns>
    public int Exchange(ReadOnlySpan<byte> message, Span<byte> answer, Framing framing, TimeSpan time, CancellationToken cancellationToken)
    {
        ServerConnection connection = Ready(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Send(connection, message);
        Volatile.Write(ref _running, connection);
        CancellationTokenRegistration cancel = cancellationToken.UnsafeRegister(static channel => ((ServerChannel)channel!).Cancel(), this);
        try
        {
            return connection.ReceiveMessage(answer, framing, time, _times.Rest);
        }
        catch (TpmTransportException) when (cancellationToken.IsCancellationRequested)
        {
            Drop();
            throw new OperationCanceledException(cancellationToken);
        }
        catch
        {
            Drop();
            throw;
        }
        finally
        {
            cancel.Dispose();
            lock (_cancelling)
            {
                _running = null;
                _grace?.Dispose();
                _grace = null;
            }
        }
    }

    /// <summary>Gives up the connection, if there is one.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    /// <summary>Ends whatever waits on this channel, from any thread and for good: as cancelling does, where a command runs.</summary>
    /// <returns>Whether the server was asked to stop the command, and so may answer it yet.</returns>
    public bool Interrupt()
    {
        lock (_lock)
        {
            _interrupted = true;
        }

        if (Cancel())
        {
            return true;
        }

        lock (_lock)
        {
            _connection?.Shutdown();
        }

        return false;
    }

    /// <summary>Sends a last message, if there is a connection that takes it.</summary>
    public void TrySend(ReadOnlySpan<byte> message)
    {
        try
        {
            _connection?.Send(message);
        }
        catch (TpmTransportException)
        {
            // Nobody is there to hear it.
        }
    }

    public void Dispose() => Drop();

    /// <summary>
    /// Whether the connection can take the next message. A server that closes it after each answer would lose what is
    /// sent into that moment, so the first answer is given a moment to be followed by the end.
    /// </summary>
    private bool IsInStep(ServerConnection connection)
    {
        if (_habit == Habit.Closes)
        {
            return false;
        }

        bool first = connection.Messages == 1;
        Unasked unasked = connection.Peek(first && _habit == Habit.Unknown ? connection.Settling : TimeSpan.Zero);
        if (first)
        {
            _habit = unasked == Unasked.End ? Habit.Closes : Habit.Keeps;
        }

        return unasked == Unasked.Nothing;
    }

    private ServerConnection Connect(CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_times.Connect);
        SocketError error = SocketError.HostNotFound;
        foreach (EndPoint endPoint in _address.Resolve(deadline))
        {
            ServerConnection connection = Begin(endPoint.AddressFamily);
            using (cancellationToken.UnsafeRegister(static connection => ((ServerConnection)connection!).Shutdown(), connection))
            {
                error = connection.Connect(endPoint, deadline.Remaining);
            }

            if (error == SocketError.Success)
            {
                return connection;
            }

            Drop();
            cancellationToken.ThrowIfCancellationRequested();
        }

        throw _address.NotConnected(error, deadline);
    }

    private void Greet()
    {
        _greeting = true;
        try
        {
            _greet?.Invoke();
        }
        catch
        {
            Drop();
            throw;
        }
        finally
        {
            _greeting = false;
        }
    }

    private ServerConnection Begin(AddressFamily family)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_interrupted, this);
            return _connection = new ServerConnection(_address, family);
        }
    }

    /// <summary>Asks the server to stop; where that can't be asked, or does not help in time, gives up the connection.</summary>
    /// <returns>Whether it was asked. Asking is over before the command's end is seen.</returns>
    private bool Cancel()
    {
        lock (_cancelling)
        {
            if (_running is null)
            {
                return false;
            }

            if (_askToStop is null || !_askToStop())
            {
                _running.Shutdown();
                return false;
            }

            if (_grace is null)
            {
                _grace = new Timer(GraceIsOver);
                _grace.Change(s_cancelGrace, Timeout.InfiniteTimeSpan);
            }

            return true;
        }
    }

    private void GraceIsOver(object? timer)
    {
        lock (_cancelling)
        {
            if (ReferenceEquals(_grace, timer))
            {
                _running?.Shutdown();
            }
        }
    }

    /// <summary>What the server does with the connection after an answer, as far as was seen.</summary>
    private enum Habit
    {
        Unknown,
        Keeps,
        Closes,
    }
}
