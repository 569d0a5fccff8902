using TpmHw.Transport;

namespace TpmHw.Transports.Tests.Catalog;

public sealed class TransportCatalogTests
{
    [Fact]
    public void Every_transport_is_found_by_the_name_that_it_describes_itself_with()
    {
        IReadOnlyList<TransportDescriptor> descriptors = TransportCatalog.Default.Descriptors;
        Assert.Equal("auto", descriptors[0].Name);
        Assert.Equal("device", descriptors[1].Name);
        Assert.Distinct(descriptors.Select(d => d.Name));
        foreach (TransportDescriptor descriptor in descriptors)
        {
            Assert.NotEmpty(descriptor.Summary);
            Assert.StartsWith(descriptor.Name, descriptor.Example, StringComparison.Ordinal);

            // An option that nobody has is refused by the transport that the name leads to.
            if (!descriptor.TakesWholeText)
            {
                string connectionString = descriptor.Name + ":no-such-option=1";
                TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString));
                Assert.Equal(TpmFault.BadConnectionString, error.Fault);
                Assert.StartsWith($"'{descriptor.Name}'", error.Advice, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("devise:/dev/tpm0"));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains("device", error.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libtss2-tcti-some.so.0:x", "x")]
    [InlineData("libtss2-tcti-some.so:x", "x")]
    [InlineData("libtss2-tcti-some:x", "x")]
    [InlineData("/usr/lib/x86_64-linux-gnu/libtss2-tcti-some.so.0.0.0:x", "x")]
    [InlineData("some:x", "x")]
    [InlineData("some:a:b", "a:b")]
    [InlineData("libtss2-tcti-some.so.0", null)]
    [InlineData("some:", null)]
    public void The_spellings_of_tpm2_tss_lead_to_the_same_transport(string connectionString, string? config)
    {
        var some = new Scripted("some");
        Assert.Throws<TpmTransportException>(() => new TransportCatalog([some.Descriptor]).Open(connectionString));
        Assert.Equal(config, Assert.Single(some.Opened).Text("config"));
        Assert.Equal(connectionString, some.Opened[0].ConnectionString);
    }

    [Theory]
    [InlineData("tabrmd")]
    [InlineData("tabrmd:bus_name=com.intel.tss2.Tabrmd")]
    [InlineData("libtss2-tcti-tabrmd.so.0")]
    public void The_resource_manager_daemon_is_not_spoken_and_the_advice_names_the_kernels(string connectionString)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString));
        Assert.Equal(TpmFault.NotSupported, error.Fault);
        Assert.Contains("device:/dev/tpmrm0", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_can_be_added_once()
    {
        var catalog = new TransportCatalog([]);
        catalog.Add(new Scripted("some").Descriptor);
        Assert.Throws<ArgumentException>(() => catalog.Add(new Scripted("some").Descriptor));
        Assert.Equal("some", Assert.Single(catalog.Descriptors).Name);
    }

    [Fact]
    public void The_first_candidate_that_opens_is_taken_and_no_other_is_touched()
    {
        var absent = new Scripted("absent") { Candidates = ["absent:1", "absent:2"] };
        var present = new Scripted("present") { Candidates = ["present:1"], Result = new Nothing() };
        var later = new Scripted("later") { Candidates = ["later:1"], Result = new Nothing() };
        var catalog = new TransportCatalog([absent.Descriptor, present.Descriptor, later.Descriptor]);
        Assert.Same(present.Result, catalog.OpenFirst());
        Assert.Equal(["absent:1", "absent:2"], absent.Opened.Select(o => o.ConnectionString));
        Assert.Empty(later.Opened);
    }

    [Fact]
    public void When_nothing_opens_each_candidate_and_its_reason_is_evidence_and_the_most_telling_advice_is_given()
    {
        var socket = new Scripted("socket") { Candidates = ["socket"] };
        var node = new Scripted("node") { Candidates = ["node:a", "node:b"], Fault = TpmFault.AccessDenied };
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => new TransportCatalog([socket.Descriptor, node.Descriptor]).OpenFirst());
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Equal("socket: socket failed\nnode:a: node failed\nnode:b: node failed", error.Evidence);
        Assert.StartsWith("advice of node\n", error.Advice, StringComparison.Ordinal);
        Assert.Contains("libtpms", error.Advice, StringComparison.Ordinal);
        Assert.Equal(TpmFault.AccessDenied, Assert.IsType<TpmTransportException>(error.InnerException).Fault);
    }

    [Fact]
    public void Without_any_candidate_that_is_said() =>
        Assert.Contains("nothing to try", Assert.Throws<TpmTransportException>(() => new TransportCatalog([]).OpenFirst()).Evidence, StringComparison.Ordinal);

    [Fact]
    public void Probing_tells_of_each_candidate_and_leaves_nothing_open()
    {
        var present = new Scripted("present") { Candidates = ["present:1"], Result = new Nothing() };
        var absent = new Scripted("absent") { Candidates = ["absent:1"] };
        var elsewhere = new Scripted("elsewhere") { Candidates = ["elsewhere:1"] };
        TransportDescriptor foreign = elsewhere.Descriptor with { Platforms = ["NoSuchSystem"] };

        ProbeResult[] results = [.. new TransportCatalog([foreign, present.Descriptor, absent.Descriptor]).Probe()];

        Assert.Equal([("present:1", "present", true), ("absent:1", "absent", false)], results.Select(r => (r.ConnectionString, r.Kind, r.Works)));
        Assert.Equal(TpmFamily.Tpm20, results[0].Family);
        Assert.Equal("absent failed", results[1].Failure!.Message);
        Assert.True(((Nothing)present.Result).IsDisposed);
    }

    [Fact]
    public void A_software_tpm_is_never_a_candidate() =>
        Assert.DoesNotContain(TransportCatalog.Default.Descriptors, d => d.Name == "libtpms" && d.FindCandidates().Any());

    [Fact]
    public void Auto_opens_what_this_machine_has_or_says_why_not()
    {
        // What a machine has is its own affair; either way the answer is complete.
        try
        {
            using ITpmTransport transport = TransportCatalog.Default.Open("auto");
            Assert.NotEqual("libtpms", transport.Info.Kind);
        }
        catch (TpmTransportException e)
        {
            Assert.Equal(TpmFault.NotFound, e.Fault);
            Assert.Contains("device", e.Evidence, StringComparison.Ordinal);
            Assert.NotEmpty(e.Advice);
        }
    }

    private sealed class Scripted(string name)
    {
        public List<TransportSettings> Opened { get; } = [];

        public string[] Candidates { get; init; } = [];

        public ITpmTransport? Result { get; init; }

        public TpmFault Fault { get; init; } = TpmFault.NotFound;

        public TransportDescriptor Descriptor => new()
        {
            Name = name,
            Summary = name,
            Example = name,
            TakesWholeText = true,
            Options = [new("config", "anything") { IsPositional = true }],
            FindCandidates = () => Candidates,
            Open = settings =>
            {
                Opened.Add(settings);
                return Result ?? throw new TpmTransportException(Fault, $"{name} failed", advice: $"advice of {name}");
            },
        };
    }

    private sealed class Nothing : ITpmTransport
    {
        public bool IsDisposed { get; private set; }

        public TpmTransportInfo Info { get; } = new() { Kind = "nothing", Name = "nothing", Family = TpmFamily.Tpm20 };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }
}
