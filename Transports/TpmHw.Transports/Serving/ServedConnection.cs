using System.Net.Sockets;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Serving;

/// <summary>One client's connection, read and written with limits: it may be silent for so long, and be in the middle of something for so long.</summary>
internal sealed class ServedConnection(Socket socket, string name, TimeSpan idle, TimeSpan patience) : IDisposable
{
    private readonly byte[] _head = new byte[512];
    private int _start;
    private int _end;
    private int _receiveTimeout;
    private int _sendTimeout;

    /// <summary>What it is called in the log.</summary>
    public string Name => name;

    /// <summary>The socket below.</summary>
    public Socket Socket => socket;

    /// <summary>Time that the rest of something may take whose beginning is there.</summary>
    public TimeSpan Patience => patience;

    /// <summary>Reads the beginning of something; false where the client left instead.</summary>
    /// <exception cref="IOException">Nothing came for too long, or the rest did not.</exception>
    public bool TryReadHead(Span<byte> head)
    {
        if (_start == _end && Fill(Deadline.After(idle), "It was silent for too long") == 0)
        {
            return false;
        }

        ReadRest(head, Deadline.After(patience));
        return true;
    }

    /// <summary>Reads the rest of something whose beginning is there.</summary>
    public void ReadRest(Span<byte> rest, Deadline deadline)
    {
        while (!rest.IsEmpty)
        {
            if (_start < _end)
            {
                int held = Math.Min(_end - _start, rest.Length);
                _head.AsSpan(_start, held).CopyTo(rest);
                _head.AsSpan(_start, held).Clear();
                _start += held;
                rest = rest[held..];
                continue;
            }

            if (rest.Length < _head.Length)
            {
                if (Fill(deadline, Half) == 0)
                {
                    throw new IOException("It left in the middle of something.");
                }

                continue;
            }

            int read = Receive(rest, deadline, Half);
            rest = read > 0 ? rest[read..] : throw new IOException("It left in the middle of something.");
        }
    }

    /// <summary>Reads bytes that nobody wants.</summary>
    public void Skip(long count, Deadline deadline)
    {
        Span<byte> scratch = stackalloc byte[256];
        for (; count > 0; count -= Math.Min(count, scratch.Length))
        {
            ReadRest(scratch[..(int)Math.Min(count, scratch.Length)], deadline);
        }
    }

    /// <summary>Writes all of it.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        var deadline = Deadline.After(patience);
        while (!bytes.IsEmpty)
        {
            int allowed = Math.Max(1, deadline.RemainingMilliseconds);
            if (allowed != _sendTimeout)
            {
                socket.SendTimeout = _sendTimeout = allowed; // a system call
            }

            int sent = Send(bytes);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Lets it send what it has to send, and read no more.</summary>
    public void StopReading()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was first.
        }
    }

    /// <summary>Ends it: whoever waits for it gets an exception or the end of the stream.</summary>
    public void Interrupt()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was first.
        }
    }

    public void Dispose()
    {
        Interrupt();
        socket.Dispose();
    }

    private const string Half = "It sent a part of something, and the rest did not come";

    private int Fill(Deadline deadline, string late)
    {
        int read = Receive(_head, deadline, late);
        (_start, _end) = (0, read);
        return read;
    }

    private int Receive(Span<byte> bytes, Deadline deadline, string late)
    {
        if (deadline.HasPassed)
        {
            throw new IOException(late + ".");
        }

        if (socket.AddressFamily != AddressFamily.Unix && OperatingSystem.IsLinux())
        {
            // Clients send one command in several writes, and wait for an acknowledgement between them.
            Libc.AcknowledgeAtOnce(socket.SafeHandle);
        }

        int allowed = deadline.Allowed == TimeSpan.MaxValue ? 0 : Math.Max(1, deadline.RemainingMilliseconds);
        if (allowed != _receiveTimeout)
        {
            socket.ReceiveTimeout = _receiveTimeout = allowed; // a system call
        }

        try
        {
            return socket.Receive(bytes);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            throw new IOException(late + ".", e);
        }
        catch (SocketException)
        {
            return 0; // reset: it left
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    private int Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return socket.Send(bytes);
        }
        catch (SocketException e)
        {
            throw new IOException(e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock ? "It does not read what it asked for." : "It left before its answer.", e);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("It was ended.", e);
        }
    }
}
