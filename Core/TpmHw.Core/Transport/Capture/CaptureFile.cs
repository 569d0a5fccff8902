namespace TpmHw.Transport;

/// <summary>
/// Where a wrapper writes what passes through it: whole records, each handed to the operating system before the next
/// command. A write that fails ends the capture and not the TPM's work; the error is kept.
/// </summary>
internal sealed class CaptureFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private bool _closed;

    public CaptureFile(Stream stream, bool leaveOpen)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _leaveOpen = leaveOpen;
    }

    /// <summary>The error that ended the capture early; null while all is well.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Makes a file that its owner alone can read, or empties the one that is there and makes it so.</summary>
    /// <exception cref="TpmTransportException">The file can't be made.</exception>
    public static CaptureFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            var stream = new FileStream(path, options);
            try
            {
                // A device or pipe has no length, and its mode is not ours to change.
                if (stream.CanSeek && stream.Length > 0)
                {
                    if (!OperatingSystem.IsWindows())
                    {
                        File.SetUnixFileMode(stream.SafeFileHandle, OwnerOnly);
                    }

                    stream.SetLength(0);
                }
            }
            catch
            {
                stream.Dispose();
                throw;
            }

            return new CaptureFile(stream, leaveOpen: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TpmTransportException(
                e is UnauthorizedAccessException ? TpmFault.AccessDenied : TpmFault.InputOutput,
                $"The file '{path}' can't be written.",
                e.Message,
                "Check that its folder exists and that you may write there.",
                e);
        }
    }

    /// <summary>Writes records and flushes them.</summary>
    public void Write(ReadOnlySpan<byte> records)
    {
        if (_closed || Error is not null)
        {
            return;
        }

        try
        {
            _stream.Write(records);
            _stream.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or NotSupportedException or UnauthorizedAccessException)
        {
            Error = e;
        }
    }

    public void Dispose()
    {
        _closed = true;
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
