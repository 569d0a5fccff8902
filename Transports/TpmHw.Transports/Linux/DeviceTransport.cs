using System.Globalization;
using System.Runtime.InteropServices;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Linux;

/// <summary>
/// A TPM that Linux has a driver for: /dev/tpmrm0, /dev/tpm0. One write is a command, and what can be read after it
/// its response.
/// </summary>
/// <remarks>
/// The node is non-blocking, so that deadlines and cancellation hold. Kernels before 4.20 know no such mode: there
/// the write lasts as long as the command, and neither can end it. The kernel has no way to stop a command of a
/// TPM 2.0; a cancelled or late one goes on, and its response is thrown away before the next command is sent.
/// </remarks>
public sealed class DeviceTransport : TpmTransport, ITpmEventLog
{
    // The time that a TPM 1.2 has to answer after it was asked to stop (its TIMEOUT_B is 2 s: TIS 1.3, 5.5.2).
    private static readonly TimeSpan s_stopping = TimeSpan.FromSeconds(2);

    // Between looks at a node that says there is something to read and then has nothing: kernels before 4.20.
    private const int PauseMilliseconds = 5;

    private readonly IDeviceFile _file;
    private readonly DeviceNode _node;
    private readonly TimeSpan? _timeout;
    private readonly TpmClock _clock;
    private readonly string? _cancelFile;
    private bool _responseOwed;

    internal DeviceTransport(string connectionString, DeviceNode node, IDeviceFile file, TimeSpan? timeout = null, TpmClock? clock = null)
    {
        _node = node;
        _file = file;
        _timeout = timeout;
        _clock = clock ?? TpmClock.System;
        Info = new TpmTransportInfo { Kind = "device", Name = connectionString, Family = node.Family, HasResourceManager = node.IsManaged };
        _cancelFile = Info.Family == TpmFamily.Tpm20 ? null : node.CancelFile;
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "device",
        Summary = "a TPM that Linux has a driver for",
        Example = "device:/dev/tpmrm0",
        Platforms = ["Linux"],
        Options =
        [
            new("path", "the device node; without it the first of " + string.Join(", ", DeviceNode.UsualPaths) + " that there is", TransportOptionKind.Path) { IsPositional = true },
            new("timeout", "time that a command may take; without it as long as its kind may need", TransportOptionKind.Milliseconds),
        ],
        Open = static settings => Open(settings.ConnectionString, settings.Text("path"), settings.Time("timeout"), LinuxHost.Current),
        FindCandidates = static () => DeviceNode.UsualPaths.Where(Path.Exists).Select(static path => "device:" + path).DefaultIfEmpty("device"),
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    public byte[] ReadEventLog(TpmEventLogKind kind = TpmEventLogKind.Current) => kind == TpmEventLogKind.Current
        ? KernelEventLog.Read(_node)
        : throw new TpmTransportException(TpmFault.NotSupported, "Linux keeps one event log, of the current boot.", kind.ToString(), "Ask for the current one.");

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_timeout ?? Patience(command), _clock);
        CancellationTokenRegistration registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static file => ((IDeviceFile)file!).Wake(), _file)
            : default;
        try
        {
            Send(command, response, deadline, cancellationToken);
            return Receive(command, response, deadline, cancellationToken);
        }
        finally
        {
            registration.Dispose();
            _file.ClearWake();
        }
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken)
    {
        // The kernel refuses a command while a response is owed, and Send waits for that one first, within the
        // deadline of the command that it is to send.
    }

    /// <inheritdoc/>
    protected override void Interrupt() => _file.Wake();

    /// <inheritdoc/>
    protected override void Release()
    {
        if (_responseOwed)
        {
            // close(2) waits until the running command ends, which can take minutes.
            new Thread(_file.Dispose) { IsBackground = true, Name = "TPM device close" }.Start();
        }
        else
        {
            _file.Dispose();
        }
    }

    internal static DeviceTransport Open(string connectionString, string? path, TimeSpan? timeout, LinuxHost host)
    {
        path ??= DeviceNode.UsualPaths.FirstOrDefault(Path.Exists) ?? throw DeviceOpenError.NoNode(host);
        var node = new DeviceNode(path, host);
        FileStatus? status = Libc.Status(path);
        if (status is { IsCharacterDevice: false })
        {
            throw DeviceOpenError.NoDevice(node);
        }

        var (file, error) = Libc.OpenDevice(path);
        if (file.IsInvalid)
        {
            file.Dispose();
            throw DeviceOpenError.Explain(node, error, status, host);
        }

        return new DeviceTransport(connectionString, node, new DeviceFile(file), timeout);
    }

    // Behind the resource manager a command waits until those of other programs are done.
    private TimeSpan Patience(ReadOnlySpan<byte> command) => _node.IsManaged ? CommandDurations.Longest : CommandDurations.Of(command);

    /// <summary>Writes the command whole, once no response to an earlier one is left.</summary>
    private void Send(ReadOnlySpan<byte> command, Span<byte> response, Deadline deadline, CancellationToken cancellationToken)
    {
        if ((_file.Wait(0) & DeviceEvents.Readable) != 0)
        {
            Discard(response);
        }

        int written = _file.Write(command);
        for (bool nothing = false; written == -(int)Errno.EBUSY; written = _file.Write(command))
        {
            // An earlier command still runs, or its response came just now. This one was not taken.
            WaitUntilReadable(command, sent: false, nothing, deadline, cancellationToken);
            nothing = !Discard(response);
        }

        if (written != command.Length)
        {
            throw written < 0 ? DeviceError.Explain(_node, (Errno)(-written), command) : DeviceError.TookOnly(_node, written, command);
        }

        _responseOwed = true;
    }

    /// <summary>Reads the response, which kernels from 5.0 on may give in pieces.</summary>
    private int Receive(ReadOnlySpan<byte> command, Span<byte> response, Deadline deadline, CancellationToken cancellationToken)
    {
        int length = 0;
        bool wait = true;
        bool nothing = false;
        while (true)
        {
            DeviceEvents events = wait ? WaitUntilReadable(command, sent: true, nothing, deadline, cancellationToken) : DeviceEvents.None;
            int count = _file.Read(response[length..]);
            wait = length + count <= 0;
            if (count > 0)
            {
                length += count;
                uint size = length >= TpmHeader.Size ? TpmHeader.Read(response).TotalSize : uint.MaxValue;
                if (length >= size || length == response.Length)
                {
                    _responseOwed = false;
                    return length;
                }
            }
            else if (count == -(int)Errno.EAGAIN)
            {
                wait = true;
            }
            else if (count < 0)
            {
                _responseOwed = false;
                throw count == -(int)Errno.ECANCELED && cancellationToken.IsCancellationRequested
                    ? new OperationCanceledException(cancellationToken)
                    : DeviceError.Explain(_node, (Errno)(-count), command);
            }
            else if (length > 0)
            {
                _responseOwed = false;
                throw DeviceError.Truncated(_node, response[..length]);
            }
            else if ((events & DeviceEvents.Gone) != 0)
            {
                throw DeviceError.Gone(_node);
            }
            else
            {
                nothing = true;
            }
        }
    }

    /// <summary>Waits for a response, an error in its place, or the end of patience.</summary>
    /// <param name="command">The command, for the error.</param>
    /// <param name="sent">Whether it is this command's response.</param>
    /// <param name="nothing">The last look found nothing although there was to be something: kernels before 4.20 say so all the time.</param>
    /// <param name="deadline">The end of patience.</param>
    /// <param name="cancellationToken">The caller's.</param>
    private DeviceEvents WaitUntilReadable(ReadOnlySpan<byte> command, bool sent, bool nothing, Deadline deadline, CancellationToken cancellationToken)
    {
        bool stopping = false;
        while (true)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            DeviceEvents events = nothing
                ? _file.Pause(Math.Min(PauseMilliseconds, deadline.RemainingMilliseconds))
                : _file.Wait(deadline.RemainingMilliseconds);
            nothing = false;
            if ((events & DeviceEvents.Readable) != 0)
            {
                return events;
            }

            if ((events & DeviceEvents.Gone) != 0)
            {
                throw DeviceError.Gone(_node);
            }

            if (cancellationToken.IsCancellationRequested && (!stopping || deadline.HasPassed))
            {
                if (stopping || !AskToStop())
                {
                    throw new OperationCanceledException(cancellationToken);
                }

                stopping = true;
                deadline = Deadline.After(s_stopping, _clock);
                _file.ClearWake();
            }
            else if (deadline.HasPassed)
            {
                throw DeviceError.TimedOut(_node, command, deadline, sent);
            }
        }
    }

    /// <summary>Throws away what can be read: the response to a command that was given up, or its error.</summary>
    /// <returns>Whether there was anything.</returns>
    private bool Discard(Span<byte> scratch)
    {
        bool any = false;
        int count = 1;
        for (int most = scratch.Length; count > 0 && most > 0; most -= count)
        {
            count = _file.Read(scratch);
            scratch[..Math.Max(0, count)].Clear();
            any |= count != 0 && count != -(int)Errno.EAGAIN;
        }

        _responseOwed &= !any;
        return any;
    }

    private bool AskToStop()
    {
        if (_cancelFile is null)
        {
            return false;
        }

        try
        {
            File.WriteAllText(_cancelFile, "1");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // only root may; the command goes on, as a TPM 2.0's does
        }
    }
}
