using System.Diagnostics.Metrics;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>What a server counts, under the names of <see cref="TpmHwTelemetry"/>.</summary>
internal static class ServerTelemetry
{
    private static readonly Meter s_meter = new(TpmHwTelemetry.MeterName);

    private static readonly Counter<long> s_refusals =
        s_meter.CreateCounter<long>(TpmHwTelemetry.ServerRefusalsInstrument, "{refusal}", "Connections and commands that were refused.");

    public static UpDownCounter<long> Connections { get; } =
        s_meter.CreateUpDownCounter<long>(TpmHwTelemetry.ServerConnectionsInstrument, "{connection}", "Connections to front ends.");

    public static void Refused(string reason) => s_refusals.Add(1, new KeyValuePair<string, object?>(TpmHwTelemetry.ErrorType, reason));
}
