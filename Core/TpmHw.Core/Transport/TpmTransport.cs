using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>
/// What every transport has in common: it checks what goes in and what comes out, lets one caller in at a time, gets
/// back into step after a failure, and releases its resources once the last command has left.
/// </summary>
public abstract class TpmTransport : ITpmTransport
{
    private static readonly TimeSpan s_disposeGrace = TimeSpan.FromSeconds(10);

    private readonly Lock _state = new();
    private bool _busy;
    private bool _disposed;
    private bool _interrupting;
    private bool _released;
    private bool _outOfStep;

    /// <inheritdoc/>
    public abstract TpmTransportInfo Info { get; }

    /// <summary>Whether <see cref="Dispose()"/> was called; a wait that sees this should end.</summary>
    protected bool IsDisposed => Volatile.Read(ref _disposed);

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        CheckArguments(command, response, Info);
        Enter();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_outOfStep)
            {
                Recover(cancellationToken);
            }

            _outOfStep = true;
            int length = Exchange(command, response, cancellationToken);
            CheckResponse(response, length);
            _outOfStep = false;
            ThrowIfStopped(response[..length], cancellationToken);
            return length;
        }
        catch (Exception e) when (IsDisposed && e is not ObjectDisposedException)
        {
            throw new ObjectDisposedException($"The transport {Info.Name} was disposed while a command was running.", e);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Ends a running command, waits for it to leave, and releases the transport.</summary>
    public void Dispose()
    {
        bool interrupt;
        lock (_state)
        {
            interrupt = _busy && !_disposed;
            _interrupting |= interrupt;
            _disposed = true;
        }

        if (interrupt)
        {
            try
            {
                Interrupt();
            }
            finally
            {
                lock (_state)
                {
                    _interrupting = false;
                }
            }
        }

        var grace = Deadline.After(s_disposeGrace);
        while (IsBusy() && !grace.HasPassed)
        {
            Thread.Sleep(1);
        }

        ReleaseOnce();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends one checked command and gives its response's length. Called by one thread at a time.</summary>
    protected abstract int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken);

    /// <summary>
    /// Gets back into step after an <see cref="Exchange"/> that failed: connects again, or reads the response that is
    /// still owed. Throws where that can't be done; it is called again before the next command.
    /// </summary>
    protected abstract void Recover(CancellationToken cancellationToken);

    /// <summary>Called from another thread while a command runs: makes it end soon.</summary>
    protected abstract void Interrupt();

    /// <summary>Frees what the transport holds. Called once, with no command running and no <see cref="Interrupt"/>.</summary>
    protected abstract void Release();

    /// <summary>Runs something that is no TPM command (a locality change, a reset) under the same one-caller rule.</summary>
    protected void Exclusively(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Exclusively(() =>
        {
            action();
            return true;
        });
    }

    /// <summary>Runs something that is no TPM command and gives its result.</summary>
    protected T Exclusively<T>(Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Enter();
        try
        {
            return action();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Checks that a locality is one: 0 to 4.</summary>
    protected static void CheckLocality(int locality)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(locality);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(locality, 4);
    }

    internal static void CheckArguments(ReadOnlySpan<byte> command, Span<byte> response, TpmTransportInfo info)
    {
        if (command.Length < TpmHeader.Size || BinaryPrimitives.ReadUInt32BigEndian(command[2..]) != (uint)command.Length)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"A command is {TpmHeader.Size} bytes or more and its header's size equals its length; this has {command.Length} bytes."),
                nameof(command));
        }

        if (command.Length > info.MaxCommandSize)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The command has {command.Length} bytes; {info.Name} takes at most {info.MaxCommandSize}."),
                nameof(command));
        }

        if (response.Length < info.MaxResponseSize)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The response span has {response.Length} bytes; {info.Name} needs room for {info.MaxResponseSize}."),
                nameof(response));
        }
    }

    private void CheckResponse(ReadOnlySpan<byte> response, int length)
    {
        TpmHeader header = length >= TpmHeader.Size ? TpmHeader.Read(response) : default;
        if (length < TpmHeader.Size || length > response.Length || header.TotalSize != (uint)length || !header.HasResponseTag)
        {
            throw new TpmTransportException(
                TpmFault.BadResponse,
                $"What {Info.Name} sent back is no TPM response.",
                string.Create(CultureInfo.InvariantCulture, $"{length} bytes: {Convert.ToHexString(response[..Math.Clamp(length, 0, Math.Min(TpmHeader.Size, response.Length))])}"),
                "The other side speaks another protocol, or bytes were lost on the way.");
        }
    }

    /// <summary>A TPM that was asked to stop, and did, says so in its response.</summary>
    private void ThrowIfStopped(ReadOnlySpan<byte> response, CancellationToken cancellationToken)
    {
        bool disposed = IsDisposed;
        if ((disposed || cancellationToken.IsCancellationRequested) && TpmHeader.Read(response).Code == TpmRc.Canceled)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private void Enter()
    {
        lock (_state)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_busy)
            {
                throw new InvalidOperationException($"{Info.Name} is in use by another thread. A transport serves one caller at a time; Tpm2 takes turns.");
            }

            _busy = true;
        }
    }

    private void Leave()
    {
        bool release;
        lock (_state)
        {
            _busy = false;
            release = _disposed;
        }

        if (release)
        {
            ReleaseOnce();
        }
    }

    private bool IsBusy()
    {
        lock (_state)
        {
            return _busy;
        }
    }

    private void ReleaseOnce()
    {
        lock (_state)
        {
            if (_released || _busy || _interrupting)
            {
                return;
            }

            _released = true;
        }

        Release();
    }
}
