using Microsoft.Extensions.Logging.Abstractions;
using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

public sealed class WrapperInfoTests
{
    private static readonly Func<ITpmTransport, ITpmTransportWrapper>[] s_wrappers =
    [
        static inner => new RecordingTransport(inner, Stream.Null),
        static inner => new PcapTransport(inner, Stream.Null),
        static inner => new TracingTransport(inner, NullLogger.Instance),
        static inner => new InstrumentedTransport(inner),
        static inner => new RetryTransport(inner),
    ];

    /// <summary>A wrapper that knew better would switch the protection of the bus off, or on.</summary>
    [Fact]
    public void Every_wrapper_says_of_the_way_to_the_TPM_what_its_inner_transport_says()
    {
        using var inner = new CannedTransport();
        ITpmTransportWrapper[] wrappers = [.. s_wrappers.Select(wrap => wrap(inner))];

        Assert.All(wrappers, wrapper => Assert.Same(inner.Info, wrapper.Info));
        Assert.Equal(
            typeof(ITpmTransportWrapper).Assembly.GetExportedTypes().Where(static t => t.IsClass && t.IsAssignableTo(typeof(ITpmTransportWrapper))).Select(static t => t.Name).Order(),
            wrappers.Select(static w => w.GetType().Name).Order());
    }
}
