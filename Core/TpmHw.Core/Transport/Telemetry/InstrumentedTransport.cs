using System.Diagnostics;
using System.Globalization;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>
/// Reports every command as a span and in metrics, under the names of <see cref="TpmHwTelemetry"/>. While nobody listens it
/// allocates nothing.
/// </summary>
public sealed class InstrumentedTransport : ITpmTransportWrapper
{
    private readonly TimeProvider _time;

    /// <summary>Reports on a transport, which is disposed with this one.</summary>
    /// <param name="inner">The transport to report on.</param>
    /// <param name="time">What measures the time that commands take; the system's where null.</param>
    public InstrumentedTransport(ITpmTransport inner, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public ITpmTransport Inner { get; }

    /// <inheritdoc/>
    public TpmTransportInfo Info => Inner.Info;

    private static bool IsMeasured =>
        TpmHwTelemetry.Commands.Enabled || TpmHwTelemetry.Failures.Enabled || TpmHwTelemetry.Duration.Enabled || TpmHwTelemetry.IO.Enabled;

    /// <inheritdoc/>
    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        TpmTransport.CheckArguments(command, response, Info);
        if (!TpmHwTelemetry.Source.HasListeners() && !IsMeasured)
        {
            return Inner.Transmit(command, response, cancellationToken);
        }

        string name = MessageText.NameOf(TpmHeader.Read(command));
        using Activity? span = TpmHwTelemetry.Source.StartActivity(name, ActivityKind.Client);
        span?.SetTag(TpmHwTelemetry.Command, name).SetTag(TpmHwTelemetry.TransportKind, Info.Kind).SetTag(TpmHwTelemetry.CommandSize, command.Length);
        long start = _time.GetTimestamp();
        int length;
        try
        {
            length = Inner.Transmit(command, response, cancellationToken);
        }
        catch (Exception e)
        {
            string error = ErrorTypeOf(e);
            span?.SetTag(TpmHwTelemetry.ErrorType, error).SetStatus(ActivityStatusCode.Error, e.Message);
            TagList ending = Measure(name, start, TpmHwTelemetry.ErrorType, error, command.Length, responseSize: 0);
            TpmHwTelemetry.Failures.Add(1, ending);
            throw;
        }

        uint code = TpmHeader.Read(response).Code;
        string hex = string.Create(CultureInfo.InvariantCulture, $"0x{code:X3}");
        span?.SetTag(TpmHwTelemetry.ResponseCode, hex).SetTag(TpmHwTelemetry.ResponseSize, length);
        if (code != TpmRc.Success)
        {
            span?.SetStatus(ActivityStatusCode.Error, MessageText.ResultOf(code));
        }

        Measure(name, start, TpmHwTelemetry.ResponseCode, hex, command.Length, length);
        return length;
    }

    /// <inheritdoc/>
    public void Dispose() => Inner.Dispose();

    private static string ErrorTypeOf(Exception e) => e switch
    {
        TpmTransportException t => t.Fault.ToString(),
        OperationCanceledException => "cancelled",
        _ => e.GetType().FullName!,
    };

    private TagList Measure(string name, long start, string endingKey, string ending, int commandSize, int responseSize)
    {
        var tags = new TagList { { TpmHwTelemetry.Command, name }, { TpmHwTelemetry.TransportKind, Info.Kind }, { endingKey, ending } };
        TpmHwTelemetry.Commands.Add(1, tags);
        TpmHwTelemetry.Duration.Record(_time.GetElapsedTime(start).TotalSeconds, tags);
        CountBytes(tags, commandSize, "transmit");
        CountBytes(tags, responseSize, "receive");
        return tags;
    }

    private static void CountBytes(TagList tags, int size, string direction)
    {
        if (size > 0)
        {
            tags.Add(TpmHwTelemetry.Direction, direction);
            TpmHwTelemetry.IO.Add(size, tags);
        }
    }
}
