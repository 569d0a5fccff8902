using TpmHw.Spec;

namespace TpmHw.Tbs.Tests;

/// <summary>What Windows does beside passing on commands.</summary>
public sealed class PlatformTests(TbsBench bench) : TbsTestBase(bench)
{
    private static readonly byte[] s_log = [.. Enumerable.Range(0, 300).Select(static i => (byte)i)];

    public static TheoryData<TpmEventLogKind> Kinds => [.. Enum.GetValues<TpmEventLogKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_event_log_is_read(TpmEventLogKind kind)
    {
        using var transport = TbsTransport.Open();
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => transport.ReadEventLog(kind)).Fault);

        Double.Log(kind, s_log);

        Assert.Equal(s_log, transport.ReadEventLog(kind));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void A_log_that_grows_while_it_is_read_is_read_again(int growths)
    {
        using var transport = TbsTransport.Open();
        Double.Log(TpmEventLogKind.Current, s_log, growths);

        byte[] log = transport.ReadEventLog();

        Assert.Equal(s_log[..log.Length], log);
        Assert.InRange(log.Length, s_log.Length - 10, s_log.Length);
    }

    [Fact]
    public void A_log_that_never_stops_growing_is_an_error()
    {
        using var transport = TbsTransport.Open();
        Double.Log(TpmEventLogKind.Current, s_log, growths: 29);
        Assert.Equal(TpmFault.BadResponse, Assert.Throws<TpmTransportException>(() => transport.ReadEventLog()).Fault);
    }

    [Fact]
    public void A_machine_without_a_log_says_so()
    {
        using var transport = TbsTransport.Open();
        Double.Fail(DoubleFunction.LogEx, 0x80284001);
        Assert.Equal(TpmFault.InputOutput, Assert.Throws<TpmTransportException>(() => transport.ReadEventLog()).Fault);
        Assert.Throws<ArgumentOutOfRangeException>(() => transport.ReadEventLog((TpmEventLogKind)6));
    }

    [Fact]
    public void What_windows_knows_of_the_tpm_is_told()
    {
        Assert.Equal(new TbsDeviceInfo(TpmFamily.Tpm20, TbsInterface.Emulator, 0), TbsDeviceInfo.Read());
        using var transport = TbsTransport.Open();
        Assert.Equal("""{"family": "2.0", "interface": "Emulator", "revision": 0}""", transport.ReadImplementationInfo());

        Bench.Reset(TpmFamily.Tpm12);
        Assert.Equal(new TbsDeviceInfo(TpmFamily.Tpm12, TbsInterface.Tpm12, 0), TbsDeviceInfo.Read());
        Double.Fail(DoubleFunction.DeviceInfo, 0x8028400F);
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => TbsDeviceInfo.Read()).Fault);
    }

    [Fact]
    public void The_physical_presence_interface_is_asked()
    {
        using var transport = TbsTransport.Open();

        Assert.Equal("1.3\0"u8.ToArray(), transport.PhysicalPresence([1, 0, 0, 0]));
        Assert.Equal([4, 0, 0, 0], transport.PhysicalPresence([8, 0, 0, 0, 22, 0, 0, 0]));

        Assert.Equal([8, 0, 0, 0, 22, 0, 0, 0], Double.LastInput());
        Assert.Equal(TpmFault.NotSupported, Assert.Throws<TpmTransportException>(() => transport.PhysicalPresence([99, 0, 0, 0])).Fault);
        Assert.ThrowsAny<ArgumentException>(() => transport.PhysicalPresence([1]));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(64)]
    [InlineData(200)]
    public void An_owner_authorization_is_read_where_windows_keeps_it(int size)
    {
        using var transport = TbsTransport.Open();
        Assert.Equal(TpmFault.NotFound, Assert.Throws<TpmTransportException>(() => transport.ReadOwnerAuthorization(TbsOwnerAuthorization.Full)).Fault);

        Double.OwnerAuth(s_log[..size]);

        Assert.Equal(s_log[..size], transport.ReadOwnerAuthorization(TbsOwnerAuthorization.Storage20));
        Assert.Equal(TpmFault.ProtocolViolation, Assert.Throws<TpmTransportException>(() => transport.ReadOwnerAuthorization((TbsOwnerAuthorization)9)).Fault);
    }

    [Fact]
    public void Revoking_attestation_extends_pcr_12()
    {
        using var transport = TbsTransport.Open();
        using var tpm = new Tpm2(transport);
        byte[] before = Pcr12(tpm);
        Double.Fail(DoubleFunction.Revoke, 0x80284012);
        Assert.Equal(TpmFault.AccessDenied, Assert.Throws<TpmTransportException>(transport.RevokeAttestation).Fault);
        Assert.Equal(before, Pcr12(tpm));

        transport.RevokeAttestation();

        Assert.NotEqual(before, Pcr12(tpm));
        Assert.Equal(1u, Double.Seen(DoubleSeen.Revoked));
    }

    [Fact]
    public void The_windows_key_is_made_at_a_persistent_handle()
    {
        using var transport = TbsTransport.Open();

        transport.CreateWindowsKey(0x81000001);

        Assert.Equal(0x81000001, Double.Seen(DoubleSeen.Key));
        Assert.Equal(TpmFault.ProtocolViolation, Assert.Throws<TpmTransportException>(() => transport.CreateWindowsKey(0x80000000)).Fault);
    }

    [Fact]
    public void A_lost_context_fails_one_request_and_the_next_one_works()
    {
        using var transport = TbsTransport.Open();
        Double.LoseContexts();
        Assert.Equal(TpmFault.Disconnected, Assert.Throws<TpmTransportException>(() => transport.PhysicalPresence([1, 0, 0, 0])).Fault);
        Assert.Equal("1.3\0"u8.ToArray(), transport.PhysicalPresence([1, 0, 0, 0]));
    }

    [Fact]
    public void A_disposed_transport_says_so()
    {
        var transport = TbsTransport.Open();
        transport.Dispose();
        Assert.Throws<ObjectDisposedException>(() => transport.ReadEventLog());
        Assert.Throws<ObjectDisposedException>(() => transport.PhysicalPresence([1, 0, 0, 0]));
        Assert.Throws<ObjectDisposedException>(transport.RevokeAttestation);
    }

    private static byte[] Pcr12(Tpm2 tpm) =>
        tpm.Commands.PcrRead([new(TpmAlgId.Sha256, TpmsPcrSelect.Of(12))]).PcrValues[0].Span.ToArray();
}
