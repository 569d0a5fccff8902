using TpmHw.Transport;

namespace TpmHw.Transports.I2c;

/// <summary>Messages to one chip: with the time between them that it needs, and repeated until it acknowledges them.</summary>
/// <remarks>The times count from the end of the last message: what the caller did since then is not waited for again.</remarks>
internal sealed class I2cLink(II2cPort port, I2cGuard guard)
{
    // Linux repeats 50 times within 15 ms; a chip that wakes up or is in the middle of something takes longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(1);

    private const int MostData = 4096;

    private readonly byte[] _buffer = new byte[1 + Math.Min(port.MaxTransfer - 1, MostData)];
    private TimeSpan _mayRead = port.Clock.Now;
    private TimeSpan _mayWrite = port.Clock.Now;

    private delegate bool Message(II2cPort port, ReadOnlySpan<byte> written, Span<byte> read);

    public II2cPort Port => port;

    /// <summary>The most bytes of a message beside the register's.</summary>
    public int MaxData => Math.Min(port.MaxTransfer - 1, MostData);

    /// <summary>The times between messages.</summary>
    public I2cGuard Guard { get; set; } = guard;

    /// <summary>Nothing is sent before this time has passed, whatever the guard times are.</summary>
    public void Rest(TimeSpan time)
    {
        TimeSpan until = port.Clock.Now + time;
        _mayRead = _mayRead > until ? _mayRead : until;
        _mayWrite = _mayWrite > until ? _mayWrite : until;
    }

    /// <summary>Writes data behind a register's byte, in as many messages as the port needs for it.</summary>
    public void Write(byte register, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int piece = Math.Min(data.Length, MaxData);
            Span<byte> message = _buffer.AsSpan(0, 1 + piece);
            message[0] = register;
            data[..piece].CopyTo(message[1..]);
            try
            {
                Run(register, static (port, written, _) => port.Write(written), message, default);
                data = data[piece..];
            }
            catch (TpmTransportException e) when (e.Fault == TpmFault.NotSupported && MaxData < piece)
            {
                // The controller takes no message as long as that, and has sent nothing.
            }
            finally
            {
                message.Clear(); // a command can hold secrets
            }
        }
    }

    /// <summary>Writes a register's byte, with what belongs to it, and reads data, in as many messages as the port needs for it.</summary>
    public void Read(ReadOnlySpan<byte> register, Span<byte> data)
    {
        while (!data.IsEmpty)
        {
            int piece = Math.Min(data.Length, MaxData);
            bool combine = Guard.CanCombine && port.CanCombine;

            // To a chip that counts messages this begins with a write, to one that counts accesses it is a read.
            _mayWrite = _mayWrite > _mayRead ? _mayWrite : _mayRead;
            try
            {
                if (combine)
                {
                    Run(register[0], static (port, written, read) => port.WriteRead(written, read), register, data[..piece]);
                }
                else
                {
                    Run(register[0], static (port, written, _) => port.Write(written), register, default);
                    Run(register[0], static (port, _, read) => port.Read(read), default, data[..piece]);
                }

                data = data[piece..];
            }
            catch (TpmTransportException e) when (e.Fault == TpmFault.NotSupported && (MaxData < piece || (combine && !port.CanCombine)))
            {
                // The controller takes no message as long as that, or no repeated start, and has sent nothing.
            }
        }
    }

    /// <summary>One message, or two with a repeated start, until it is acknowledged: one that is not has had no effect.</summary>
    private void Run(byte register, Message message, ReadOnlySpan<byte> written, Span<byte> read)
    {
        var deadline = Deadline.After(s_patience, port.Clock);
        TimeSpan pause = I2cGuard.Usual;
        for (int messages = 1; ; messages++)
        {
            TimeSpan left = (written.IsEmpty ? _mayRead : _mayWrite) - port.Clock.Now;
            if (left > TimeSpan.Zero)
            {
                port.Clock.Wait(left);
            }

            bool acknowledged = message(port, written, read);
            TimeSpan now = port.Clock.Now;
            if (acknowledged)
            {
                _mayRead = now + (read.IsEmpty ? Guard.WriteRead : Guard.ReadRead);
                _mayWrite = now + (read.IsEmpty ? Guard.WriteWrite : Guard.ReadWrite);
                return;
            }

            _mayRead = _mayWrite = now + pause;
            pause = pause * 1.5 < s_longestPause ? pause * 1.5 : s_longestPause;
            if (deadline.HasPassed)
            {
                throw I2cError.NotAcknowledged(port, register, messages, deadline);
            }
        }
    }
}
