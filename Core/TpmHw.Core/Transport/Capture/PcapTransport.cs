using static TpmHw.Transport.TcpConversation;

namespace TpmHw.Transport;

/// <summary>
/// Writes every command and response to a capture file (pcapng) that Wireshark opens and dissects as TPM 2.0: as packets
/// of a TCP connection to port 2321, which is where its dissector looks.
/// </summary>
/// <remarks>
/// <b>A capture holds every secret that passes:</b> passwords, unsealed data, NV contents. A file made here can be read by
/// its owner alone; treat it as you treat the secrets.
/// <para>Each command is in the file before the next one is sent. One that failed or was cancelled is followed by an empty
/// packet with a comment that says why. A capture that can't be written (a full disk) does not disturb the TPM's work:
/// it ends, and <see cref="CaptureError"/> says why. TPM 1.2 commands are captured as well, but Wireshark has no names for them.</para>
/// </remarks>
public sealed class PcapTransport : ITpmTransportWrapper
{
    private readonly CaptureFile _file;
    private readonly TimeProvider _time;
    private readonly TcpConversation _conversation;
    private readonly PcapngWriter _writer = new();
    private readonly Lock _gate = new();
    private bool _ended;

    /// <summary>Captures to a stream.</summary>
    /// <param name="inner">The transport to capture, which is disposed with this one.</param>
    /// <param name="stream">Where to write.</param>
    /// <param name="leaveOpen">Whether the stream stays open when this is disposed.</param>
    /// <param name="time">What tells the time; the system's clock where null.</param>
    public PcapTransport(ITpmTransport inner, Stream stream, bool leaveOpen = false, TimeProvider? time = null)
        : this(inner, new CaptureFile(stream, leaveOpen), time)
    {
    }

    /// <summary>Captures to a file that its owner alone can read; one that is there already is replaced if it is so too.</summary>
    /// <param name="inner">The transport to capture, which is disposed with this one.</param>
    /// <param name="path">The file.</param>
    /// <param name="time">What tells the time; the system's clock where null.</param>
    /// <exception cref="TpmTransportException">The file can't be made, or the one that is there can be read by others.</exception>
    public PcapTransport(ITpmTransport inner, string path, TimeProvider? time = null)
        : this(inner, CaptureFile.Create(path), time)
    {
    }

    private PcapTransport(ITpmTransport inner, CaptureFile file, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _file = file;
        _time = time ?? TimeProvider.System;
        _conversation = new TcpConversation(Math.Max(Info.MaxCommandSize, Info.MaxResponseSize));
        _writer.WriteStart("TpmHw", Info.Name, $"TPM transport {Info.Kind}");
        DateTimeOffset now = _time.GetUtcNow();
        Add(now, fromHost: true, Control.Syn);
        Add(now, fromHost: false, Control.Syn | Control.Ack);
        Add(now, fromHost: true, Control.Ack);
        Flush();
    }

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <summary>The error that ended the capture early; null while all is well.</summary>
    public Exception? CaptureError => _file.Error;

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        TpmTransport.CheckArguments(command, response, Info);
        DateTimeOffset sent = _time.GetUtcNow();
        int length;
        try
        {
            length = Inner.Transmit(command, response, cancellationToken);
        }
        catch (Exception e) when (e is not InvalidOperationException) // that one is about the caller, and nothing was sent
        {
            Capture(sent, command, default, e switch
            {
                OperationCanceledException => "cancelled",
                TpmTransportException t => $"{t.Fault}: {t.Message}",
                _ => e.Message,
            });
            throw;
        }

        Capture(sent, command, response[..length], null);
        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Inner.Dispose();
        lock (_gate)
        {
            if (!_ended)
            {
                _ended = true;
                DateTimeOffset now = _time.GetUtcNow();
                Add(now, fromHost: true, Control.Fin | Control.Ack);
                Add(now, fromHost: false, Control.Fin | Control.Ack);
                Add(now, fromHost: true, Control.Ack);
                Flush();
                _file.Dispose();
            }
        }
    }

    private void Capture(DateTimeOffset sent, ReadOnlySpan<byte> command, ReadOnlySpan<byte> response, string? failure)
    {
        lock (_gate)
        {
            Add(sent, fromHost: true, command);
            DateTimeOffset received = _time.GetUtcNow();
            if (failure is null)
            {
                Add(received, fromHost: false, response);
            }
            else
            {
                Add(received, fromHost: false, Control.Ack, default, failure);
            }

            Flush();
        }
    }

    private void Add(DateTimeOffset time, bool fromHost, ReadOnlySpan<byte> message)
    {
        for (; message.Length > MaxPayload; message = message[MaxPayload..])
        {
            Add(time, fromHost, Control.Ack, message[..MaxPayload]);
        }

        Add(time, fromHost, Control.Push | Control.Ack, message);
    }

    private void Add(DateTimeOffset time, bool fromHost, Control control, ReadOnlySpan<byte> payload = default, string? comment = null) =>
        _writer.WritePacket(time, _conversation.Next(fromHost, control, payload), comment);

    private void Flush()
    {
        _file.Write(_writer.Blocks);
        _writer.Clear();
        _conversation.Clear();
    }
}
