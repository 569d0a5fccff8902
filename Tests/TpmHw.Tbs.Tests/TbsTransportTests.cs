using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Tbs.Tests;

public sealed class TbsTransportTests(TbsBench bench) : TbsTestBase(bench)
{
    [Theory]
    [InlineData("tbs", 2, 6)]
    [InlineData("tbs:version=2.0", 2, 4)]
    [InlineData("tbs:version=2.0,raw=yes", 2, 5)]
    [InlineData("tbs:raw=yes", 2, 7)]
    public void The_connection_string_says_what_context_is_asked_for(string connectionString, uint version, uint flags)
    {
        using ITpmTransport transport = Open(connectionString);

        Assert.Equal(version, Double.Seen(DoubleSeen.Version));
        Assert.Equal(flags, Double.Seen(DoubleSeen.Flags));
        Assert.Equal(connectionString, transport.Info.Name);
        Assert.Equal(TpmFamily.Tpm20, transport.Info.Family);
        Assert.Equal((flags & 1) == 0, transport.Info.HasResourceManager);
        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void A_tpm_of_the_other_family_is_no_tpm_where_one_family_is_asked_for()
    {
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => Open("tbs:version=1.2")).Fault);

        Bench.Reset(TpmFamily.Tpm12);
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => Open("tbs:version=2.0")).Fault);
        using ITpmTransport transport = Open("tbs");
        Assert.Equal(TpmFamily.Tpm12, transport.Info.Family);
        Assert.Equal(0u, Send(transport, RawCommands.GetRandom(TpmFamily.Tpm12, 8)));
    }

    [Theory]
    [InlineData("tbs", 200)]
    [InlineData("tbs:priority=low", 100)]
    [InlineData("tbs:priority=high", 300)]
    public void Commands_have_the_priority_that_was_asked_for(string connectionString, uint expected)
    {
        using ITpmTransport transport = Open(connectionString);
        Random(transport);
        Assert.Equal(expected, Double.Seen(DoubleSeen.Priority));
        Assert.Equal(0u, Double.Seen(DoubleSeen.Locality));

        ((TbsTransport)transport).Priority = TbsPriority.Low;
        Random(transport);
        Assert.Equal(100u, Double.Seen(DoubleSeen.Priority));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_locality_that_windows_does_not_give_is_an_error_and_another_one_can_be_chosen(int locality)
    {
        using ITpmTransport transport = Open($"tbs:locality={locality}");

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(TpmFault.NoLocality, error.Fault);
        Assert.Equal((uint)locality, Double.Seen(DoubleSeen.Locality));
        transport.FindAbility<ITpmLocality>()!.Locality = 0;
        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void What_goes_through_windows_may_cross_a_wire_and_is_protected()
    {
        using (var tpm = new Tpm2(Open("tbs")))
        {
            Assert.Equal(8, tpm.GetRandom(8).Length);
            Assert.Equal(BusProtectionLevel.Unverified, tpm.BusProtection.Level);
            Assert.NotEmpty(Loaded(tpm, 0x02000000));
        }

        using var other = new Tpm2(Open("tbs"), new() { ProtectBus = false });
        Assert.Equal(8, other.GetRandom(8).Length);
        Assert.Equal(BusProtectionLevel.Off, other.BusProtection.Level);
        Assert.Empty(Loaded(other, 0x02000000));
    }

    [Theory]
    [InlineData("tbs:locality=5")]
    [InlineData("tbs:priority=system")]
    [InlineData("tbs:version=3")]
    [InlineData("tbs:no-such-option=1")]
    public void What_the_connection_string_can_not_say_is_refused(string connectionString)
    {
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => Open(connectionString)).Fault);
        Assert.Equal(0u, Double.Seen(DoubleSeen.OpenContexts));
    }

    [Fact]
    public void Disposing_closes_the_context_and_what_was_loaded_in_it_is_gone()
    {
        using ITpmTransport other = Open("tbs");
        using (ITpmTransport transport = Open("tbs"))
        {
            Assert.Equal(0u, Send(transport, RawCommands.Long(TpmFamily.Tpm20)));
            Assert.Equal(2u, Double.Seen(DoubleSeen.OpenContexts));

            // TPM2_ReadPublic of the other's object: TPM_RC_HANDLE, handle 1.
            Assert.Equal(0x18Bu, Send(other, RawCommands.Command(0x8001, 0x173, [0x80, 0, 0, 0])));
            Assert.Equal(0u, Send(transport, RawCommands.Command(0x8001, 0x173, [0x80, 0, 0, 0])));
        }

        Assert.Equal(1u, Double.Seen(DoubleSeen.OpenContexts));
        using var tpm = new Tpm2(other);
        Assert.Empty(Loaded(tpm, 0x80000000));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(9u)]
    [InlineData(21u)]
    [InlineData(4096u)]
    [InlineData(4097u)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    public void A_size_that_is_not_the_responses_is_a_typed_error_and_the_next_command_works(uint size)
    {
        using ITpmTransport transport = Open("tbs");
        Double.OddSize(size);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(TpmFault.BadResponse, error.Fault);
        Assert.Equal(0u, Random(transport));
    }

    [Fact]
    public void A_response_without_room_is_said_to_be_lost_and_the_command_is_not_sent_again()
    {
        using ITpmTransport transport = Open("tbs");
        Double.OddSize(5000);
        Double.Fail(DoubleFunction.Submit, TbsError.InsufficientBuffer);

        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Random(transport));

        Assert.Equal(TpmFault.BadResponse, error.Fault);
        Assert.Contains("don't send it again", error.Advice, StringComparison.Ordinal);
        Assert.Equal(0u, Double.Seen(DoubleSeen.Executed));
    }

    [Fact]
    public void It_is_in_the_catalogue_and_auto_tries_it_before_anything_but_linuxs_own()
    {
        Assert.Same(TbsTransport.Descriptor, TransportCatalog.Default.Descriptors[2]);
        Assert.Equal(["Windows"], TbsTransport.Descriptor.Platforms);
        Assert.Equal(["Linux"], TransportCatalog.Default.Descriptors[1].Platforms);
        Assert.Equal(["tbs"], TbsTransport.Descriptor.FindCandidates());
    }

    private static IReadOnlyList<TpmHandle> Loaded(Tpm2 tpm, uint first) =>
        [.. Assert.IsType<TpmuCapabilities.Handles>(tpm.Commands.GetCapability(TpmCap.Handles, first, 8).CapabilityData.Data).Items];
}
