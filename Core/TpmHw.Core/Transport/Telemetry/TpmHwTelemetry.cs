using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace TpmHw.Transport;

/// <summary>
/// The names under which <see cref="InstrumentedTransport"/> reports: spans of one activity source and instruments of one
/// meter, named as OpenTelemetry names things.
/// </summary>
/// <remarks>
/// A span is named after its command, is of kind client, and has all of the attributes below that apply. Its status is
/// Error where the command failed or the TPM's response code is not success. The instruments have the attributes
/// <see cref="Command"/> and <see cref="TransportKind"/>, and <see cref="ResponseCode"/> or <see cref="ErrorType"/>
/// depending on how the command ended. No attribute holds bytes of a command or response.
/// </remarks>
public static class TpmHwTelemetry
{
    /// <summary>The activity source's name.</summary>
    public const string ActivitySourceName = "TpmHw";

    /// <summary>The meter's name.</summary>
    public const string MeterName = "TpmHw";

    /// <summary>Counter, in {command}: commands that ended, however they ended.</summary>
    public const string CommandsInstrument = "tpm.client.commands";

    /// <summary>Counter, in {failure}: commands that ended without a response, by <see cref="ErrorType"/>.</summary>
    public const string FailuresInstrument = "tpm.client.failures";

    /// <summary>Histogram, in s: the time from sending a command to having its response, or to its failure.</summary>
    public const string DurationInstrument = "tpm.client.command.duration";

    /// <summary>Counter, in By: bytes sent and received, by <see cref="Direction"/>.</summary>
    public const string IOInstrument = "tpm.client.io";

    /// <summary>Counter that goes up and down, in {client}: clients of shared TPMs (<see cref="ResourceManagement.ITpmShare"/>).</summary>
    public const string ShareClientsInstrument = "tpm.share.clients";

    /// <summary>Histogram, in s: the time that a client's command waited for its turn. Its count is that of the commands.</summary>
    public const string ShareQueueInstrument = "tpm.share.queue.duration";

    /// <summary>Counter, in {swap}: objects and sessions that a resource manager has taken out of the TPM to make room.</summary>
    public const string ShareSwapsInstrument = "tpm.share.swaps";

    /// <summary>Counter that goes up and down, in {connection}: connections to a server's front ends.</summary>
    public const string ServerConnectionsInstrument = "tpm.server.connections";

    /// <summary>Counter, in {refusal}: connections and commands that a server refused, by <see cref="ErrorType"/>.</summary>
    public const string ServerRefusalsInstrument = "tpm.server.refusals";

    /// <summary>Attribute: the command's name, or its code in hex where it is not known.</summary>
    public const string Command = "tpm.command";

    /// <summary>Attribute: the transport's name in a connection string, such as <c>device</c>.</summary>
    public const string TransportKind = "tpm.transport";

    /// <summary>Attribute: the response code in hex, such as <c>0x922</c>; absent where there was no response.</summary>
    public const string ResponseCode = "tpm.response_code";

    /// <summary>Attribute of a span: the command's size in bytes.</summary>
    public const string CommandSize = "tpm.command.size";

    /// <summary>Attribute of a span: the response's size in bytes.</summary>
    public const string ResponseSize = "tpm.response.size";

    /// <summary>Attribute: the <see cref="TpmFault"/> of a failure, <c>cancelled</c>, or the exception's type.</summary>
    public const string ErrorType = "error.type";

    /// <summary>Attribute of <see cref="IOInstrument"/>: <c>transmit</c> for commands, <c>receive</c> for responses.</summary>
    public const string Direction = "tpm.io.direction";

    internal static ActivitySource Source { get; } = new(ActivitySourceName);

    internal static Meter Meter { get; } = new(MeterName);

    internal static Counter<long> Commands { get; } = Meter.CreateCounter<long>(CommandsInstrument, "{command}", "TPM commands that ended.");

    internal static Counter<long> Failures { get; } = Meter.CreateCounter<long>(FailuresInstrument, "{failure}", "TPM commands that ended without a response.");

    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>(DurationInstrument, "s", "Time that TPM commands took.");

    internal static Counter<long> IO { get; } = Meter.CreateCounter<long>(IOInstrument, "By", "Bytes sent to and received from the TPM.");

    internal static UpDownCounter<long> ShareClients { get; } = Meter.CreateUpDownCounter<long>(ShareClientsInstrument, "{client}", "Clients of shared TPMs.");

    internal static Histogram<double> ShareQueue { get; } = Meter.CreateHistogram<double>(ShareQueueInstrument, "s", "Time that clients' commands waited for their turn.");

    internal static Counter<long> ShareSwaps { get; } = Meter.CreateCounter<long>(ShareSwapsInstrument, "{swap}", "Objects and sessions taken out of the TPM to make room.");
}
