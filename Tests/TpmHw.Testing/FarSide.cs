using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Testing;

/// <summary>What the far side sends for one command.</summary>
/// <param name="Bytes">The bytes, whether or not they make a response.</param>
/// <param name="ThenClose">Whether the connection ends after them.</param>
/// <param name="PauseBetweenBytes">A pause before every byte but the first; zero to send all at once.</param>
public sealed record FarSideReply(byte[] Bytes, bool ThenClose = false, TimeSpan PauseBetweenBytes = default);

/// <summary>
/// The far end of a transport under test: a real TPM that misbehaves once when it is told to, and counts what it was
/// asked to execute. Servers of any protocol put it behind themselves.
/// </summary>
public sealed class FarSide : IDisposable
{
    private readonly ITpmTransport _tpm;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _released = new(true);
    private readonly ManualResetEventSlim _hanging = new(false);
    private Func<byte[], FarSideReply>? _misbehaviour;
    private bool _hangOnce;
    private bool _cancelled;
    private CancellationTokenSource _stop = new();
    private int _executed;

    /// <summary>A far side with a started TPM of the given family behind it.</summary>
    public FarSide(TpmFamily family = TpmFamily.Tpm20)
    {
        Family = family;
        _tpm = TransportCatalog.Default.Open(family == TpmFamily.Tpm20 ? "libtpms" : "libtpms:version=1.2");
        _tpm.Transmit(RawCommands.Startup(family), new byte[_tpm.Info.MaxResponseSize]);
    }

    /// <summary>The family of the TPM behind.</summary>
    public TpmFamily Family { get; }

    /// <summary>The TPM behind, for what a protocol can do beyond commands.</summary>
    public ITpmTransport Tpm => _tpm;

    /// <summary>How many commands arrived whole.</summary>
    public int Executed => Volatile.Read(ref _executed);

    /// <summary>The next command's response is replaced by what this makes of it.</summary>
    public void MisbehaveOnce(Func<byte[], FarSideReply> misbehaviour)
    {
        lock (_lock)
        {
            _misbehaviour = misbehaviour;
        }
    }

    /// <summary>The next command is executed but not answered until <see cref="Release"/> or <see cref="Cancel"/>.</summary>
    public void HangOnce()
    {
        lock (_lock)
        {
            _hangOnce = true;
            _cancelled = false;
            _hanging.Reset();
            _released.Reset();
        }
    }

    /// <summary>Waits until a command hangs.</summary>
    public bool WaitUntilHanging() => _hanging.Wait(TimeSpan.FromSeconds(10));

    /// <summary>Lets the hanging command be answered.</summary>
    public void Release() => _released.Set();

    /// <summary>What a protocol's cancel request does: the command that hangs or runs answers TPM_RC_CANCELED, and so do those that come before <see cref="StopCancelling"/>.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            _cancelled = true;
            _stop.Cancel();
        }

        _released.Set();
    }

    /// <summary>Takes back <see cref="Cancel"/>.</summary>
    public void StopCancelling()
    {
        lock (_lock)
        {
            _stop = new CancellationTokenSource();
        }
    }

    /// <summary>Executes one command and says what to send.</summary>
    public FarSideReply Execute(ReadOnlySpan<byte> command)
    {
        Interlocked.Increment(ref _executed);
        byte[] buffer = new byte[_tpm.Info.MaxResponseSize];
        Func<byte[], FarSideReply>? misbehaviour;
        bool hang;
        CancellationToken stop;
        lock (_lock)
        {
            misbehaviour = _misbehaviour;
            _misbehaviour = null;
            hang = _hangOnce;
            _hangOnce = false;
            stop = _stop.Token;
        }

        try
        {
            lock (_tpm)
            {
                buffer = buffer[.._tpm.Transmit(command, buffer, stop)];
            }
        }
        catch (OperationCanceledException)
        {
            return new FarSideReply(RawCommands.Response(0x909));
        }
        catch (ObjectDisposedException)
        {
            return new FarSideReply([], ThenClose: true);
        }

        if (hang)
        {
            _hanging.Set();
            _released.Wait(TimeSpan.FromSeconds(30));
            lock (_lock)
            {
                if (_cancelled)
                {
                    return new FarSideReply(RawCommands.Response(0x909));
                }
            }
        }

        return misbehaviour?.Invoke(buffer) ?? new FarSideReply(buffer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _released.Set();
        _tpm.Dispose();
    }
}
