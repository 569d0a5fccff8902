using System.Security.Cryptography;
using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

/// <summary>The simulator's platform, with libtpms behind its protocol.</summary>
public sealed class MssimTransportTests : IDisposable
{
    private const uint NotStarted = 0x100; // TPM_RC_INITIALIZE

    private readonly FarSide _far = new();
    private readonly MssimServer _server;

    public MssimTransportTests() => _server = new MssimServer(_far, SocketKind.Unix);

    public void Dispose()
    {
        _server.Dispose();
        _far.Dispose();
    }

    [Fact]
    public void Opening_it_switches_the_power_on()
    {
        using var off = new MssimServer(_far, SocketKind.TcpV4, powered: false);
        using ITpmTransport tpm = TransportCatalog.Default.Open(off.ConnectionString);
        Assert.True(off.IsPowered);
        Assert.Equal(NotStarted, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    [Fact]
    public void Without_power_a_command_is_an_error_that_says_so()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open(_server.ConnectionString);
        tpm.FindAbility<ITpmPower>()!.SetPower(false);
        for (int i = 0; i < 2; i++)
        {
            TpmTransportException error = Assert.Throws<TpmTransportException>(() => Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            Assert.Equal(TpmFault.Disconnected, error.Fault);
            Assert.Contains("SetPower", error.Advice, StringComparison.Ordinal);
            Assert.False(_server.IsPowered);
        }

        tpm.FindAbility<ITpmPower>()!.SetPower(true);
        Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.Startup(TpmFamily.Tpm20)));
        Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    [Fact]
    public void A_reset_tpm_waits_for_startup()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open(_server.ConnectionString);
        Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        tpm.FindAbility<ITpmReset>()!.Reset();
        Assert.Equal(NotStarted, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    [Fact]
    public void Each_command_carries_its_locality()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open(_server.ConnectionString);
        const uint WrongLocality = 0x907; // TPM_RC_LOCALITY
        Assert.Equal(WrongLocality, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
        tpm.FindAbility<ITpmLocality>()!.Locality = 2;
        Assert.Equal(0u, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
        tpm.FindAbility<ITpmLocality>()!.Locality = 0;
        Assert.Equal(WrongLocality, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
    }

    [Fact]
    public void The_hash_sequence_measures_into_pcr_17()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open(_server.ConnectionString);
        ITpmHashSequence sequence = tpm.FindAbility<ITpmHashSequence>()!;
        sequence.HashStart();
        sequence.HashData("measured "u8);
        sequence.HashData("launch"u8);
        sequence.HashEnd();
        byte[] expected = SHA256.HashData([.. new byte[32], .. SHA256.HashData("measured launch"u8)]);
        Assert.Equal(Convert.ToHexString(expected), Libtpms.ReadPcr(tpm, 17));
    }

    [Fact]
    public void The_cancel_signal_stops_a_key_generation_and_does_not_reach_the_next_command()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open(_server.ConnectionString);
        int cancelled = 0;
        const int Attempts = 50; // a search for primes can be over before it is cancelled
        for (int i = 0; i < Attempts && cancelled < 3; i++)
        {
            using var cancel = new CancellationTokenSource();
            using var afterSending = new Timer(_ => cancel.Cancel(), null, 1, Timeout.Infinite);
            byte[] response = new byte[tpm.Info.MaxResponseSize];
            try
            {
                tpm.Transmit(RawCommands.Long(TpmFamily.Tpm20), response, cancel.Token);
                Assert.Equal(0u, Libtpms.Code(tpm, FlushOf(response)));
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        }

        Assert.Equal(3, cancelled);
    }

    [Fact]
    public async Task Disposing_during_a_command_cancels_it_and_leaves_no_cancel_signal_to_the_next_client()
    {
        ITpmTransport tpm = TransportCatalog.Default.Open(_server.ConnectionString);
        _far.HangOnce();
        Task<Exception?> running = Task.Run<Exception?>(() => Record.Exception(() => Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8))));
        Assert.True(_far.WaitUntilHanging());

        tpm.Dispose();

        Assert.IsType<ObjectDisposedException>(await running.WaitAsync(TimeSpan.FromSeconds(20)));
        using ITpmTransport next = TransportCatalog.Default.Open(_server.ConnectionString);
        Assert.Equal(0u, Libtpms.Code(next, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    [Fact]
    public void Disposing_it_ends_both_sessions()
    {
        TransportCatalog.Default.Open(_server.ConnectionString).Dispose();
        Assert.True(SpinWait.SpinUntil(() => _server.SessionsEnded == 2, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void A_swtpm_at_its_ports_is_recognised()
    {
        using var swtpm = new SwtpmProcess();
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(swtpm.ConnectionStringOf("mssim")));
        Assert.Equal(TpmFault.ProtocolViolation, error.Fault);
        Assert.Contains("swtpm:", error.Advice, StringComparison.Ordinal);
        using ITpmTransport unharmed = TransportCatalog.Default.Open(swtpm.ConnectionString);
        Assert.Equal(0u, Libtpms.Code(unharmed, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    private static byte[] FlushOf(byte[] createPrimaryResponse) =>
        RawCommands.Command(0x8001, 0x165, createPrimaryResponse.AsSpan(10, 4)); // TPM2_FlushContext of the new object's handle
}
