using System.Buffers.Binary;
using TpmHw.Transport;
using TpmHw.Transports.Gpio;

namespace TpmHw.Transports.I2c;

/// <summary>Messages to one chip: with the time between them that it needs, and repeated until it acknowledges them.</summary>
/// <remarks>
/// The times count from the end of the last message: what the caller did since then is not waited for again. What was
/// before this is taken for a write that has just ended.
/// </remarks>
/// <param name="port">The chip's port.</param>
/// <param name="guard">The times between messages.</param>
/// <param name="readSuffix">What follows a register's byte before a read.</param>
/// <param name="ready">A line that falls when the chip is done with a write, in place of the time after it; null for none.</param>
internal sealed class I2cLink(II2cPort port, I2cGuard guard, byte[]? readSuffix = null, IGpioLine? ready = null)
{
    // Linux repeats 50 times within 15 ms; a chip that wakes up or is in the middle of something takes longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan s_readyPatience = TimeSpan.FromMilliseconds(750);

    private const int MostData = 4096;
    private const int MostReads = 5;

    private readonly byte[] _readSuffix = readSuffix ?? [];
    private readonly byte[] _buffer = new byte[1 + Math.Min(port.MaxTransfer - 1, MostData)];
    private IGpioLine? _ready = ready;
    private TimeSpan _mayRead = port.Clock.Now + guard.WriteRead;
    private TimeSpan _mayWrite = port.Clock.Now + guard.WriteWrite;

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

    /// <summary>Writes a register's byte and reads data, in as many messages as the port needs for it.</summary>
    public void Read(byte register, Span<byte> data)
    {
        Span<byte> select = stackalloc byte[1 + _readSuffix.Length];
        select[0] = register;
        _readSuffix.CopyTo(select[1..]);
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
                    Run(register, static (port, written, read) => port.WriteRead(written, read), select, data[..piece]);
                }
                else
                {
                    Run(register, static (port, written, _) => port.Write(written), select, default);
                    Run(register, static (port, _, read) => port.Read(read), default, data[..piece]);
                }

                data = data[piece..];
            }
            catch (TpmTransportException e) when (e.Fault == TpmFault.NotSupported && (MaxData < piece || (combine && !port.CanCombine)))
            {
                // The controller takes no message as long as that, or no repeated start, and has sent nothing.
            }
        }
    }

    /// <summary>
    /// Reads a register, and reads it again where it has bits that can't be set. The register driver is given the last
    /// one whatever it is: it knows whose locality it is, and for how long it may read so.
    /// </summary>
    /// <param name="register">The register's byte.</param>
    /// <param name="value">What it reads, little-endian.</param>
    /// <param name="zero">The bits that always read 0.</param>
    public void ReadSane(byte register, Span<byte> value, uint zero)
    {
        Span<byte> low = stackalloc byte[4];
        for (int reads = 1; ; reads++)
        {
            Read(register, value);
            low.Clear();
            value[..Math.Min(value.Length, low.Length)].CopyTo(low);
            if ((BinaryPrimitives.ReadUInt32LittleEndian(low) & zero) == 0 || reads == MostReads)
            {
                return;
            }

            Rest(I2cGuard.Usual);
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

            _ready?.WaitForFall(TimeSpan.Zero, CancellationToken.None); // what an earlier message left
            bool acknowledged = message(port, written, read);
            TimeSpan now = port.Clock.Now;
            if (acknowledged)
            {
                _mayRead = now + (read.IsEmpty ? Guard.WriteRead : Guard.ReadRead);
                _mayWrite = now + (read.IsEmpty ? Guard.WriteWrite : Guard.ReadWrite);
                if (read.IsEmpty)
                {
                    WaitUntilReady();
                }

                return;
            }

            _mayRead = _mayWrite = now + pause;
            pause = pause * 1.5 < s_longestPause ? pause * 1.5 : s_longestPause;
            if (deadline.HasPassed)
            {
                throw I2cError.NotAcknowledged(port, FormattableString.Invariant($"register 0x{register:X2}"), messages, deadline);
            }
        }
    }

    /// <summary>Waits for the chip to say that it is done with a write. A line that does not say so is not waited for again.</summary>
    private void WaitUntilReady()
    {
        if (_ready is not { } line)
        {
            return;
        }

        if (line.WaitForFall(s_readyPatience, CancellationToken.None))
        {
            _mayRead = _mayWrite = port.Clock.Now;
        }
        else
        {
            _ready = null;
        }
    }
}
