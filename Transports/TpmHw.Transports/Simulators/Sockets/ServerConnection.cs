using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Wire;

namespace TpmHw.Transports.Simulators;

/// <summary>What a server has sent without being asked.</summary>
internal enum Unasked
{
    Nothing,
    Bytes,
    End,
}

/// <summary>
/// One connection to a server. All calls are synchronous and on a blocking descriptor, so that each of them is one
/// system call; their deadlines are the socket's own (SO_RCVTIMEO, SO_SNDTIMEO).
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(2);

    private readonly Socket _socket;
    private readonly ServerAddress _address;
    private readonly bool _canHurry;
    private bool _comesInPieces;
    private int _receiveTimeout;
    private Deadline _settling;

    public ServerConnection(ServerAddress address, AddressFamily family)
    {
        _address = address;
        _socket = new Socket(family, SocketType.Stream, family == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (family != AddressFamily.Unix)
        {
            _socket.NoDelay = true;
            _canHurry = OperatingSystem.IsLinux();
        }
    }

    /// <summary>How many messages came whole.</summary>
    public int Messages { get; private set; }

    /// <summary>What is left of the moment in which a server that closes after each message is expected to do it.</summary>
    public TimeSpan Settling => _settling.Remaining;

    /// <summary>Connects.</summary>
    public SocketError Connect(EndPoint endPoint, TimeSpan time)
    {
        // SO_SNDTIMEO bounds a connect on Linux, and local sockets don't make anyone wait elsewhere.
        _socket.SendTimeout = Math.Max(1, (int)time.TotalMilliseconds);
        if (OperatingSystem.IsLinux() || endPoint.AddressFamily == AddressFamily.Unix)
        {
            return Connect(endPoint);
        }

        _socket.Blocking = false;
        SocketError error = Connect(endPoint);
        if (error is SocketError.WouldBlock or SocketError.InProgress)
        {
            List<Socket> connected = [_socket], failed = [_socket];
            Socket.Select(null, connected, failed, time);
            error = connected.Count + failed.Count == 0
                ? SocketError.TimedOut
                : (SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }

        _socket.Blocking = true;
        return error;
    }

    /// <summary>Sees whether the server has ended the connection or sent something that nobody asked for.</summary>
    public Unasked Peek(TimeSpan wait)
    {
        if (!_socket.Poll(wait, SelectMode.SelectRead))
        {
            return Unasked.Nothing;
        }

        Span<byte> first = stackalloc byte[1];
        return _socket.Receive(first, SocketFlags.Peek, out _) > 0 ? Unasked.Bytes : Unasked.End;
    }

    /// <summary>Sends all of it.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || sent != bytes.Length)
        {
            throw error is SocketError.TimedOut or SocketError.WouldBlock
                ? Late($"{_address.What} at {_address} takes no bytes.", $"{sent} of {bytes.Length} bytes were sent")
                : Ended($"{_address.What} at {_address} closed the connection while a command was sent.", error);
        }
    }

    /// <summary>Receives one message and nothing after it.</summary>
    /// <param name="buffer">Room for the longest message.</param>
    /// <param name="framing">Where the message says how long it is.</param>
    /// <param name="firstByte">Time until it begins.</param>
    /// <param name="rest">Time from its first byte to its last.</param>
    /// <returns>Its length.</returns>
    public int ReceiveMessage(Span<byte> buffer, Framing framing, TimeSpan firstByte, TimeSpan rest)
    {
        int held = ReceiveSome(buffer, firstByte);
        var deadline = Deadline.After(rest);
        held = ReceiveRest(buffer, held, framing.SizeAt + sizeof(uint), deadline);
        long length = (long)BinaryPrimitives.ReadUInt32BigEndian(buffer[framing.SizeAt..]) + framing.Around;
        if (length < framing.Least || length > buffer.Length)
        {
            throw NoMessage(string.Create(CultureInfo.InvariantCulture, $"gives its size as {length - framing.Around} bytes"), buffer[..held]);
        }

        _comesInPieces |= held < length;
        held = ReceiveRest(buffer, held, (int)length, deadline);
        if (held > length)
        {
            throw NoMessage(string.Create(CultureInfo.InvariantCulture, $"is followed by {held - length} bytes that belong to nothing"), buffer[..held]);
        }

        if (++Messages == 1)
        {
            _settling = Deadline.After(s_settling);
        }

        return held;
    }

    /// <summary>Receives as many bytes as there is room for.</summary>
    public void ReceiveExactly(Span<byte> buffer, TimeSpan firstByte, TimeSpan rest)
    {
        int held = ReceiveSome(buffer, firstByte);
        ReceiveRest(buffer, held, buffer.Length, Deadline.After(rest));
    }

    /// <summary>Ends whatever waits on this connection, from any thread. Nothing can be sent on it any more.</summary>
    public void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It had ended already.
        }
    }

    public void Dispose() => _socket.Dispose();

    private SocketError Connect(EndPoint endPoint)
    {
        try
        {
            _socket.Connect(endPoint);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    private int ReceiveSome(Span<byte> buffer, TimeSpan time)
    {
        int milliseconds = (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 1, int.MaxValue);
        if (milliseconds != _receiveTimeout)
        {
            _socket.ReceiveTimeout = milliseconds;
            _receiveTimeout = milliseconds;
        }

        if (_comesInPieces && _canHurry)
        {
            // A server without TCP_NODELAY keeps the second piece of an answer until the first one is acknowledged,
            // which Linux would do 40 ms later.
            Libc.AcknowledgeAtOnce(_socket.SafeHandle);
        }

        int received = _socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return (error, received) switch
        {
            (SocketError.Success, > 0) => received,
            (SocketError.TimedOut or SocketError.WouldBlock, _) => throw Late(
                $"{_address.What} at {_address} did not answer in time.",
                string.Create(CultureInfo.InvariantCulture, $"no byte within {milliseconds} ms")),
            _ => throw Ended($"{_address.What} at {_address} closed the connection instead of answering.", error),
        };
    }

    private int ReceiveRest(Span<byte> buffer, int held, int wanted, Deadline deadline)
    {
        while (held < wanted)
        {
            if (!_socket.Poll(deadline.Remaining, SelectMode.SelectRead))
            {
                throw Late(
                    $"{_address.What} at {_address} began an answer and did not end it in time.",
                    string.Create(CultureInfo.InvariantCulture, $"{held} of {wanted} bytes or more, {deadline}"));
            }

            int received = _socket.Receive(buffer[held..], SocketFlags.None, out SocketError error);
            if (error != SocketError.Success || received == 0)
            {
                throw new TpmTransportException(
                    TpmFault.Truncated,
                    $"{_address.What} at {_address} closed the connection in the middle of an answer.",
                    string.Create(CultureInfo.InvariantCulture, $"{held} of {wanted} bytes or more: {Convert.ToHexString(buffer[..Math.Min(held, TpmHeader.Size)])}; {error}"),
                    "The server was stopped or failed: look at its output.");
            }

            held += received;
        }

        return held;
    }

    private static TpmTransportException Late(string message, string evidence) => new(
        TpmFault.Timeout,
        message,
        evidence,
        "It may be serving another client (these servers take one at a time), have stopped, or speak another protocol. timeout=… waits longer.");

    private static TpmTransportException Ended(string message, SocketError error) => new(
        TpmFault.Disconnected,
        message,
        error == SocketError.Success ? "end of stream" : error.ToString(),
        "The server was stopped, failed, or speaks another protocol. Whether it executed the command is not known, so it was not sent again.");

    private TpmTransportException NoMessage(string what, ReadOnlySpan<byte> bytes) => new(
        TpmFault.BadResponse,
        $"What {_address.What} at {_address} sent {what}.",
        Convert.ToHexString(bytes[..Math.Min(bytes.Length, TpmHeader.Size)]),
        "The other side speaks another protocol, or bytes were lost on the way.");
}
