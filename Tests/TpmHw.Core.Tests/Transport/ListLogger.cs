using Microsoft.Extensions.Logging;

namespace TpmHw.Core.Tests.Transport;

/// <summary>A logger that keeps what it is told.</summary>
internal sealed class ListLogger(LogLevel lowest = LogLevel.Trace) : ILogger
{
    public List<(LogLevel Level, EventId Id, string Text)> Events { get; } = [];

    public string Text => string.Join('\n', Events.Select(e => e.Text));

    public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Events.Add((logLevel, eventId, formatter(state, exception)));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
