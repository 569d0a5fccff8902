using Microsoft.Extensions.Logging;

namespace TpmHw.Transport;

/// <summary>What transports and their wrappers write to a log. An event's id keeps its meaning for ever.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1001, LogLevel.Debug, "{Transport}: {Command}, {Size} bytes", EventName = "CommandSent")]
    public static partial void CommandSent(ILogger logger, string transport, string command, int size);

    [LoggerMessage(1002, LogLevel.Trace, "{Transport}: > {Bytes}", EventName = "CommandBytes")]
    public static partial void CommandBytes(ILogger logger, string transport, string bytes);

    [LoggerMessage(1003, LogLevel.Debug, "{Transport}: {Command} answered {Result} after {Milliseconds:F3} ms, {Size} bytes", EventName = "ResponseReceived")]
    public static partial void ResponseReceived(ILogger logger, string transport, string command, string result, double milliseconds, int size);

    [LoggerMessage(1004, LogLevel.Trace, "{Transport}: < {Bytes}", EventName = "ResponseBytes")]
    public static partial void ResponseBytes(ILogger logger, string transport, string bytes);

    [LoggerMessage(1005, LogLevel.Warning, "{Transport}: {Command} failed after {Milliseconds:F3} ms: {Fault}", EventName = "CommandFailed")]
    public static partial void CommandFailed(ILogger logger, Exception exception, string transport, string command, double milliseconds, string fault);

    [LoggerMessage(1006, LogLevel.Information, "{Transport}: {Command} cancelled after {Milliseconds:F3} ms", EventName = "CommandCancelled")]
    public static partial void CommandCancelled(ILogger logger, string transport, string command, double milliseconds);
}
