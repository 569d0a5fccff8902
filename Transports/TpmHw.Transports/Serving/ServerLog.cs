using Microsoft.Extensions.Logging;

namespace TpmHw.Transports.Serving;

/// <summary>What a server writes to its log. An event's id keeps its meaning for ever.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(2001, LogLevel.Information, "{FrontEnd}: listening on {Address}", EventName = "Listening")]
    public static partial void Listening(ILogger logger, string frontEnd, string address);

    [LoggerMessage(2002, LogLevel.Warning, "{FrontEnd}: {Address} can be reached from other machines, and the protocol knows no passwords: whoever reaches it uses the TPM", EventName = "OpenToOthers")]
    public static partial void OpenToOthers(ILogger logger, string frontEnd, string address);

    [LoggerMessage(2003, LogLevel.Debug, "{Connection}: connected", EventName = "Connected")]
    public static partial void Connected(ILogger logger, string connection);

    [LoggerMessage(2004, LogLevel.Debug, "{Connection}: ended: {Reason}", EventName = "Disconnected")]
    public static partial void Disconnected(ILogger logger, string connection, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "{Connection}: refused, there are {Limit} connections already", EventName = "TooMany")]
    public static partial void TooMany(ILogger logger, string connection, int limit);

    [LoggerMessage(2006, LogLevel.Warning, "{Connection}: what it sent is no TPM command", EventName = "NotACommand")]
    public static partial void NotACommand(ILogger logger, string connection);

    [LoggerMessage(2007, LogLevel.Error, "{Client}: the TPM could not be reached, the client was told TPM_RC_FAILURE: {Reason}", EventName = "TpmFailed")]
    public static partial void TpmFailed(ILogger logger, Exception exception, string client, string reason);

    [LoggerMessage(2008, LogLevel.Error, "{Connection}: ended by a failure of this server", EventName = "ServingFailed")]
    public static partial void ServingFailed(ILogger logger, Exception exception, string connection);

    [LoggerMessage(2009, LogLevel.Warning, "{Address}: a connection could not be accepted: {Reason}", EventName = "AcceptFailed")]
    public static partial void AcceptFailed(ILogger logger, string address, string reason);

    [LoggerMessage(2010, LogLevel.Information, "{FrontEnd}: a client has reset the TPM", EventName = "TpmReset")]
    public static partial void TpmReset(ILogger logger, string frontEnd);

    [LoggerMessage(2011, LogLevel.Information, "stopped", EventName = "Stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(2012, LogLevel.Warning, "stopped before the last response was sent", EventName = "NotDrained")]
    public static partial void NotDrained(ILogger logger);

    [LoggerMessage(2013, LogLevel.Warning, "{FrontEnd}: the kernel has given up {Device}", EventName = "DeviceGone")]
    public static partial void DeviceGone(ILogger logger, string frontEnd, string device);

    [LoggerMessage(2014, LogLevel.Warning, "{FrontEnd}: the kernel no longer waited for the response that was written to {Device}", EventName = "DeviceTooLate")]
    public static partial void DeviceTooLate(ILogger logger, string frontEnd, string device);
}
