using Microsoft.Extensions.Logging;
using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>A client as the TPM's share knows it. Several connections may belong to one; their commands follow one another.</summary>
/// <param name="tpm">Its way to the TPM.</param>
/// <param name="limit">Time that one command may wait and run; then it is cancelled.</param>
/// <param name="log">Where failures are reported.</param>
internal sealed class ServedClient(ITpmTransport tpm, TimeSpan limit, ILogger log) : IDisposable
{
    private readonly Lock _one = new();
    private readonly ITpmLocality? _localities = tpm.FindAbility<ITpmLocality>();
    private readonly Lock _cancelling = new();
    private CancellationTokenSource _cancel = new();
    private bool _running;
    private bool _isGone;
    private volatile bool _isSwitchedOn;

    public TpmTransportInfo Info => tpm.Info;

    /// <summary>Executes a command. Whatever happens, there is a response: the client's protocol knows nothing else.</summary>
    /// <returns>The response's length.</returns>
    public int Execute(ReadOnlySpan<byte> command, Span<byte> response, int? locality = null)
    {
        lock (_one)
        {
            try
            {
                if (locality is { } chosen && _localities is not null && _localities.Locality != chosen)
                {
                    _localities.Locality = chosen;
                }

                int length = tpm.Transmit(command, response, Begin());
                return _isSwitchedOn ? Started(TpmHeader.Read(command), response, length) : length;
            }
            catch (OperationCanceledException)
            {
                return Refusal.Canceled.Write(TpmHeader.Read(command), response);
            }
            catch (Exception e) when (e is TpmException or ObjectDisposedException or InvalidOperationException)
            {
                ServerLog.TpmFailed(log, e, tpm.Info.Name, e.Message);
                return Refusal.Failure.Write(TpmHeader.Read(command), response);
            }
            finally
            {
                End();
            }
        }
    }

    /// <summary>Chooses the locality of the following commands.</summary>
    /// <returns>Whether the way to the TPM can do that.</returns>
    public bool TrySetLocality(int locality)
    {
        lock (_one)
        {
            try
            {
                if (_localities is not null)
                {
                    _localities.Locality = locality;
                    return true;
                }
            }
            catch (TpmTransportException)
            {
                // It can't.
            }

            return locality == 0;
        }
    }

    /// <summary>
    /// To this client the TPM has no power behind it: its next Startup succeeds, though the TPM may have been started long
    /// ago. SeaBIOS takes anything else for a broken TPM, and closes the owner's hierarchy for everybody.
    /// </summary>
    public void SwitchOn() => _isSwitchedOn = true;

    /// <summary>Asks the TPM to stop the command that runs, where one does.</summary>
    public void Cancel()
    {
        lock (_cancelling)
        {
            if (_running)
            {
                _cancel.Cancel();
            }
        }
    }

    public void Dispose()
    {
        tpm.Dispose();
        lock (_cancelling)
        {
            _isGone = true;
            _cancel.Dispose();
        }
    }

    private int Started(TpmHeader command, Span<byte> response, int length)
    {
        if (!PowerUp.IsStartup(command))
        {
            return length;
        }

        _isSwitchedOn = false;
        return PowerUp.IsNeeded(TpmHeader.Read(response).Code) ? Refusal.None.Write(command, response) : length;
    }

    private CancellationToken Begin()
    {
        lock (_cancelling)
        {
            ObjectDisposedException.ThrowIf(_isGone, this);
            if (_cancel.IsCancellationRequested)
            {
                _cancel.Dispose();
                _cancel = new CancellationTokenSource();
            }

            _running = true;
            _cancel.CancelAfter(limit);
            return _cancel.Token;
        }
    }

    private void End()
    {
        lock (_cancelling)
        {
            _running = false;
            if (!_isGone)
            {
                _cancel.CancelAfter(Timeout.InfiniteTimeSpan);
            }
        }
    }
}
