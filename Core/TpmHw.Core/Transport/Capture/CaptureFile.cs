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

    /// <summary>
    /// Makes a file that its owner alone can read, or empties the one that is there. On Windows a file has the rights that
    /// its folder gives it.
    /// </summary>
    /// <exception cref="TpmTransportException">The file can't be made, or the one that is there is not its owner's alone.</exception>
    public static CaptureFile Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            string? target = new FileInfo(path).LinkTarget;
            FileStream stream = Open(path, target is null ? FileMode.OpenOrCreate : FileMode.Open);
            try
            {
                if (IsOrdinary(stream))
                {
                    ThrowIfExposed(stream, path, target);
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

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode == FileMode.OpenOrCreate)
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new(path, options);
    }

    /// <summary>Whether it is neither a device nor a pipe. Those have no length that could be set, and nothing stays in them.</summary>
    private static bool IsOrdinary(FileStream stream)
    {
        if (!stream.CanSeek || stream.Length > 0)
        {
            return stream.CanSeek;
        }

        try
        {
            stream.SetLength(0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Refuses a file that others can read, or that others made: who may open it for writing and is not its owner has to be
    /// among those that the mode lets in. A link leads where whoever made it wants.
    /// </summary>
    private static void ThrowIfExposed(FileStream stream, string path, string? target)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        UnixFileMode mode = File.GetUnixFileMode(stream.SafeFileHandle);
        if (target is not null || (mode & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
        {
            throw new TpmTransportException(
                TpmFault.Exposed,
                $"The file '{path}' would hold every secret that passes, and it is not yours alone.",
                target is null ? $"its mode is {Convert.ToString((int)mode, 8).PadLeft(4, '0')}" : $"it is a link to '{target}'",
                "Remove it, or name another file: one that is made here can be read by you alone.");
        }
    }
}
