using Microsoft.Extensions.Logging;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>
/// Writes every command to a log: at Debug its name, size, result and time, at Trace also the bytes in hex. Secrets are
/// withheld from the bytes.
/// </summary>
/// <remarks>
/// Withheld are the HMACs and passwords of authorizations, parameters that carry authorisation values, keys, NV contents,
/// random numbers or data to be hashed, sealed, encrypted or decrypted, and everything after the header of a command that
/// is not known here. <c>[32 bytes withheld]</c> stands in their place.
/// <para>Events: 1001 CommandSent (Debug), 1002 CommandBytes (Trace), 1003 ResponseReceived (Debug), 1004 ResponseBytes
/// (Trace), 1005 CommandFailed (Warning), 1006 CommandCancelled (Information).</para>
/// </remarks>
public sealed class TracingTransport : ITpmTransportWrapper
{
    private readonly ILogger _logger;
    private readonly bool _showSecrets;
    private readonly TimeProvider _time;

    /// <summary>Traces a transport, which is disposed with this one.</summary>
    /// <param name="inner">The transport to trace.</param>
    /// <param name="logger">Where to write.</param>
    /// <param name="logSecretsInPlainText">Withholds nothing: passwords, keys and sealed data then stand in the log.</param>
    /// <param name="time">What measures the time that commands take; the system's where null.</param>
    public TracingTransport(ITpmTransport inner, ILogger logger, bool logSecretsInPlainText = false, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(logger);
        Inner = inner;
        _logger = logger;
        _showSecrets = logSecretsInPlainText;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        TpmTransport.CheckArguments(command, response, Info);
        TpmHeader header = TpmHeader.Read(command);
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            TransportLog.CommandSent(_logger, Info.Name, MessageText.NameOf(header), command.Length);
        }

        if (_logger.IsEnabled(LogLevel.Trace))
        {
            TransportLog.CommandBytes(_logger, Info.Name, MessageText.Hex(command, Mask(SecretMask.OfCommand(command))));
        }

        long start = _time.GetTimestamp();
        int length;
        try
        {
            length = Inner.Transmit(command, response, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            TransportLog.CommandCancelled(_logger, Info.Name, MessageText.NameOf(header), MillisecondsSince(start));
            throw;
        }
        catch (Exception e)
        {
            string fault = (e as TpmTransportException)?.Fault.ToString() ?? e.GetType().Name;
            TransportLog.CommandFailed(_logger, e, Info.Name, MessageText.NameOf(header), MillisecondsSince(start), fault);
            throw;
        }

        if (_logger.IsEnabled(LogLevel.Debug))
        {
            string result = MessageText.ResultOf(TpmHeader.Read(response).Code);
            TransportLog.ResponseReceived(_logger, Info.Name, MessageText.NameOf(header), result, MillisecondsSince(start), length);
        }

        if (_logger.IsEnabled(LogLevel.Trace))
        {
            ReadOnlySpan<byte> answer = response[..length];
            TransportLog.ResponseBytes(_logger, Info.Name, MessageText.Hex(answer, Mask(SecretMask.OfResponse(header, answer))));
        }

        return length;
    }

    /// <inheritdoc/>
    public void Dispose() => Inner.Dispose();

    private bool[] Mask(bool[] secret)
    {
        if (_showSecrets)
        {
            Array.Clear(secret);
        }

        return secret;
    }

    private double MillisecondsSince(long start) => _time.GetElapsedTime(start).TotalMilliseconds;
}
