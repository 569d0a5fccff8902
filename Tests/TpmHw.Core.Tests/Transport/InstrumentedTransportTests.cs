using System.Diagnostics;
using System.Diagnostics.Metrics;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Transport;

[Collection(TelemetryTests.Name)]
public sealed class InstrumentedTransportTests : IDisposable
{
    private readonly List<Activity> _spans = [];
    private readonly List<(string Instrument, double Value, Dictionary<string, object?> Tags)> _measurements = [];
    private readonly List<IDisposable> _listeners = [];
    private readonly StepTime _time = new();

    public void Dispose() => _listeners.ForEach(l => l.Dispose());

    [Fact]
    public void A_command_is_a_span_with_name_transport_code_and_sizes()
    {
        ListenToSpans();
        using var transport = new InstrumentedTransport(new CannedTransport(Messages.Message(0x8001, 0, "0008 0102030405060708")), _time);

        transport.Send(Messages.GetRandom8);

        Activity span = Assert.Single(_spans);
        Assert.Equal("TpmHw", span.Source.Name);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal("TPM2_GetRandom", span.OperationName);
        Assert.Equal(span.OperationName, span.GetTagItem("tpm.command"));
        Assert.Equal("canned", span.GetTagItem("tpm.transport"));
        Assert.Equal("0x000", span.GetTagItem("tpm.response_code"));
        Assert.Equal(12, span.GetTagItem("tpm.command.size"));
        Assert.Equal(20, span.GetTagItem("tpm.response.size"));
        Assert.Null(span.GetTagItem("error.type"));
    }

    [Fact]
    public void A_command_is_counted_and_timed()
    {
        ListenToMetrics();
        using var transport = new InstrumentedTransport(new CannedTransport(Messages.Message(0x8001, 0, "0008 0102030405060708")), _time);

        transport.Send(Messages.GetRandom8);

        Assert.Equal(
            [("tpm.client.commands", 1), ("tpm.client.command.duration", 0.25), ("tpm.client.io", 12), ("tpm.client.io", 20)],
            _measurements.Select(m => (m.Instrument, m.Value)));
        Assert.All(_measurements, m => Assert.Equal(("canned", "0x000"), (m.Tags["tpm.transport"], m.Tags["tpm.response_code"])));
        Assert.Equal(["transmit", "receive"], _measurements[2..].Select(m => m.Tags["tpm.io.direction"]));
    }

    [Fact]
    public void An_error_of_the_TPM_is_an_error_of_the_span_and_no_failure()
    {
        ListenToSpans();
        ListenToMetrics();
        using var transport = new InstrumentedTransport(new CannedTransport(Messages.Message(0x8001, 0x922)), _time);

        transport.Send(Messages.GetRandom8);

        Assert.Equal(ActivityStatusCode.Error, _spans[0].Status);
        Assert.Equal("0x922", _spans[0].GetTagItem("tpm.response_code"));
        Assert.DoesNotContain(_measurements, m => m.Instrument == "tpm.client.failures");
        Assert.Equal("0x922", _measurements[0].Tags["tpm.response_code"]);
    }

    [Fact]
    public void A_failure_is_counted_by_its_fault_and_passes_through_unchanged()
    {
        ListenToSpans();
        ListenToMetrics();
        var failure = new TpmTransportException(TpmFault.Disconnected, "Gone.");
        using var transport = new InstrumentedTransport(new CannedTransport(_ => throw failure), _time);

        Assert.Same(failure, Assert.Throws<TpmTransportException>(() => transport.Send(Messages.GetRandom8)));

        Assert.Equal((ActivityStatusCode.Error, "Gone."), (_spans[0].Status, _spans[0].StatusDescription));
        Assert.Equal("Disconnected", _spans[0].GetTagItem("error.type"));
        Assert.Equal(
            [("tpm.client.commands", 1), ("tpm.client.command.duration", 0.25), ("tpm.client.io", 12), ("tpm.client.failures", 1)],
            _measurements.Select(m => (m.Instrument, m.Value)));
        Assert.All(_measurements, m => Assert.Equal("Disconnected", m.Tags["error.type"]));
    }

    [Fact]
    public void Cancelling_is_a_failure_of_its_own_name()
    {
        ListenToMetrics();
        using var transport = new InstrumentedTransport(new CannedTransport(), _time);

        Assert.Throws<OperationCanceledException>(() => transport.Send(Messages.GetRandom8, new CancellationToken(canceled: true)));

        Assert.Equal("cancelled", _measurements.Single(m => m.Instrument == "tpm.client.failures").Tags["error.type"]);
    }

    [Fact]
    public void A_span_is_the_child_of_the_one_around_it()
    {
        ListenToSpans();
        using var outer = new Activity("my work").Start();
        using var transport = new InstrumentedTransport(TransportCatalog.Default.Open("libtpms"));

        transport.Send(Messages.Startup);
        transport.Send(Messages.PcrRead);

        Assert.Equal([outer.SpanId, outer.SpanId], _spans.Select(s => s.ParentSpanId));
        Assert.Equal(["libtpms", "libtpms"], _spans.Select(s => s.GetTagItem("tpm.transport")));
        Assert.Equal(["TPM2_Startup", "TPM2_PCR_Read"], _spans.Select(s => s.OperationName));
    }

    [Fact]
    public void Nothing_is_allocated_while_nobody_listens()
    {
        using var transport = new InstrumentedTransport(new CannedTransport());

        Assert.Equal(0, Allocations.PerCommand(transport, Messages.GetRandom8));
    }

    private void ListenToSpans()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TpmHwTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        _listeners.Add(listener);
    }

    private void ListenToMetrics()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == TpmHwTelemetry.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _measurements.Add((instrument.Name, value, new(tags.ToArray()))));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _measurements.Add((instrument.Name, value, new(tags.ToArray()))));
        listener.Start();
        _listeners.Add(listener);
    }
}

/// <summary>Listeners hear the whole process: the tests of this collection run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class TelemetryTests
{
    public const string Name = "Telemetry";
}
