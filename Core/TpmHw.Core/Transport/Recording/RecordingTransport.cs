namespace TpmHw.Transport;

/// <summary>
/// Writes every command and what came of it to a text file that a person can read and edit, and that
/// <see cref="ReplayTransport"/> can play back without a TPM.
/// </summary>
/// <remarks>
/// <b>A recording holds every secret that passes:</b> passwords, unsealed data, NV contents; a replay needs them. A file
/// made here can be read by its owner alone; treat it as you treat the secrets. What <see cref="Tpm2"/> encrypts for a bus
/// is encrypted here too, and a replay can't answer it, because its nonces differ each time: to make a recording that can
/// be replayed, set <see cref="Tpm2Options.ProtectBus"/> to false.
/// <para>Commands alone are recorded: changes of locality and resets are not. Neither is a command that was already
/// cancelled when it came, or that found the transport in use or disposed: it wasn't sent. Each exchange is in the file
/// before the next command is sent. A recording that can't be written (a full disk) does not disturb the TPM's work: it
/// ends, and <see cref="RecordingError"/> says why.</para>
/// </remarks>
public sealed class RecordingTransport : ITpmTransportWrapper
{
    private readonly CaptureFile _file;
    private readonly TimeProvider _time;
    private readonly RecordingWriter _writer = new();
    private readonly Lock _gate = new();
    private int _exchanges;

    /// <summary>Records to a stream.</summary>
    /// <param name="inner">The transport to record, which is disposed with this one.</param>
    /// <param name="stream">Where to write.</param>
    /// <param name="leaveOpen">Whether the stream stays open when this is disposed.</param>
    /// <param name="time">What tells the time; the system's clock where null.</param>
    public RecordingTransport(ITpmTransport inner, Stream stream, bool leaveOpen = false, TimeProvider? time = null)
        : this(inner, new CaptureFile(stream, leaveOpen), time)
    {
    }

    /// <summary>Records to a file that its owner alone can read; one that is there already is replaced if it is so too.</summary>
    /// <param name="inner">The transport to record, which is disposed with this one.</param>
    /// <param name="path">The file.</param>
    /// <param name="time">What tells the time; the system's clock where null.</param>
    /// <exception cref="TpmTransportException">The file can't be made, or the one that is there can be read by others.</exception>
    public RecordingTransport(ITpmTransport inner, string path, TimeProvider? time = null)
        : this(inner, CaptureFile.Create(path), time)
    {
    }

    private RecordingTransport(ITpmTransport inner, CaptureFile file, TimeProvider? time)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _file = file;
        _time = time ?? TimeProvider.System;
        _writer.WriteStart(inner.Info);
        Flush();
    }

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <summary>The error that ended the recording early; null while all is well.</summary>
    public Exception? RecordingError => _file.Error;

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        TpmTransport.CheckArguments(command, response, Inner.Info);
        bool wasCancelled = cancellationToken.IsCancellationRequested;
        DateTimeOffset sent = _time.GetUtcNow();
        long start = _time.GetTimestamp();
        int length;
        try
        {
            length = Inner.Transmit(command, response, cancellationToken);
        }
        catch (OperationCanceledException) when (!wasCancelled)
        {
            Record(command, default, null, sent, start);
            throw;
        }
        catch (TpmTransportException e)
        {
            Record(command, default, e, sent, start);
            throw;
        }

        Record(command, response[..length], null, sent, start);
        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Inner.Dispose();
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private void Record(ReadOnlySpan<byte> command, ReadOnlySpan<byte> response, TpmTransportException? fault, DateTimeOffset sent, long start)
    {
        lock (_gate)
        {
            _writer.WriteCommand(++_exchanges, command, sent, _time.GetElapsedTime(start));
            if (fault is not null)
            {
                _writer.WriteFault(fault);
            }
            else if (response.IsEmpty)
            {
                _writer.WriteCancelled();
            }
            else
            {
                _writer.WriteResponse(response);
            }

            Flush();
        }
    }

    private void Flush()
    {
        _file.Write(_writer.Written);
        _writer.Clear();
    }
}
