using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace TpmHw.Cli.Hosting;

/// <summary>Writes what the libraries log to standard error, with the time since the start.</summary>
internal sealed class ErrorLogger(CliHost host, LogLevel least = LogLevel.Trace) : ILogger
{
    private readonly long _start = TimeProvider.System.GetTimestamp();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        double elapsed = TimeProvider.System.GetElapsedTime(_start).TotalMilliseconds;
        host.Error.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{elapsed,10:F3} ms  {formatter(state, exception)}\n")));
    }
}
