using System.Security.Cryptography;
using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

/// <summary>What swtpm does beyond commands, with the real one.</summary>
public sealed class SwtpmTransportTests
{
    private const uint NotStarted = 0x100;    // TPM_RC_INITIALIZE
    private const uint WrongLocality = 0x907; // TPM_RC_LOCALITY: PCR 20 is reset at localities 2 and 4 only

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reset_tpm_waits_for_startup_and_has_forgotten_its_pcrs(bool overTcp)
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = overTcp });
        using ITpmTransport tpm = Open(swtpm);
        string fresh = Libtpms.ReadPcr(tpm, 16);
        Libtpms.ExtendPcr16(tpm);

        tpm.FindAbility<ITpmReset>()!.Reset();

        Assert.Equal(NotStarted, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.Startup(TpmFamily.Tpm20)));
        Assert.Equal(fresh, Libtpms.ReadPcr(tpm, 16));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_locality_decides_what_a_command_may_do_and_is_left_at_0(bool overTcp)
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = overTcp });
        using (ITpmTransport tpm = Open(swtpm))
        {
            Assert.Equal(WrongLocality, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
            tpm.FindAbility<ITpmLocality>()!.Locality = 2;
            Assert.Equal(0u, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
            Assert.Throws<ArgumentOutOfRangeException>(() => tpm.FindAbility<ITpmLocality>()!.Locality = 5);
        }

        using ITpmTransport next = Open(swtpm);
        Assert.Equal(WrongLocality, Libtpms.Code(next, Libtpms.PcrReset(20)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_hash_sequence_measures_any_amount_into_pcr_17(bool overTcp)
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = overTcp });
        using ITpmTransport tpm = Open(swtpm);
        byte[] measured = RandomNumberGenerator.GetBytes(100_000);
        ITpmHashSequence sequence = tpm.FindAbility<ITpmHashSequence>()!;
        ITpmEstablished established = tpm.FindAbility<ITpmEstablished>()!;
        Assert.False(established.ReadEstablished());

        sequence.HashStart();
        sequence.HashData(measured.AsSpan(0, 5));
        sequence.HashData(measured.AsSpan(5));
        sequence.HashEnd();

        byte[] expected = SHA256.HashData([.. new byte[32], .. SHA256.HashData(measured)]);
        Assert.Equal(Convert.ToHexString(expected), Libtpms.ReadPcr(tpm, 17));
        Assert.True(established.ReadEstablished());
        Assert.Equal(TpmFault.ProtocolViolation, Assert.Throws<TpmTransportException>(() => established.ResetEstablished(0)).Fault);
        established.ResetEstablished(4);
        Assert.False(established.ReadEstablished());
    }

    [Fact]
    public void It_describes_itself()
    {
        using var swtpm = new SwtpmProcess();
        using ITpmTransport tpm = Open(swtpm);
        string info = tpm.FindAbility<ITpmImplementationInfo>()!.ReadImplementationInfo();
        Assert.Contains("\"family\":\"2.0\"", info, StringComparison.Ordinal);
        Assert.EndsWith("}", info, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_swtpm_that_was_killed_and_started_again_is_found_again_and_given_its_locality(bool overTcp)
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = overTcp });
        using ITpmTransport tpm = Open(swtpm);
        tpm.FindAbility<ITpmLocality>()!.Locality = 2;
        swtpm.Kill();
        for (int i = 0; i < 2; i++)
        {
            TpmTransportException error = Assert.Throws<TpmTransportException>(() => Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            Assert.Equal(TpmFault.NotFound, error.Fault);
            Assert.NotEmpty(error.Advice);
        }

        swtpm.Start();

        Assert.Equal(0u, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
    }

    [Fact]
    public void A_swtpm_that_closes_after_each_response_gets_a_connection_for_each_command()
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = true, ClosesAfterEachResponse = true });
        using ITpmTransport tpm = Open(swtpm);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
            Thread.Sleep(i == 0 ? 50 : 0); // on a loaded machine its first close can come late
        }
    }

    [Fact]
    public void Without_a_control_channel_what_needs_it_says_so_and_commands_work()
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { HasControl = false });
        using ITpmTransport tpm = Open(swtpm);
        Action[] needs =
        [
            () => tpm.FindAbility<ITpmReset>()!.Reset(),
            () => tpm.FindAbility<ITpmLocality>()!.Locality = 1,
            () => tpm.FindAbility<ITpmHashSequence>()!.HashStart(),
        ];
        foreach (Action action in needs)
        {
            TpmTransportException error = Assert.Throws<TpmTransportException>(action);
            Assert.Equal(TpmFault.NotFound, error.Fault);
            Assert.Contains("--ctrl", error.Advice, StringComparison.Ordinal);
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        }

        Assert.Equal(0, tpm.FindAbility<ITpmLocality>()!.Locality);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thousand_commands_that_can_be_cancelled_allocate_nothing(bool overTcp)
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = overTcp });
        using ITpmTransport tpm = Open(swtpm);
        using var cancel = new CancellationTokenSource();
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int i = 0; i < 50; i++)
        {
            tpm.Transmit(command, response, cancel.Token);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            tpm.Transmit(command, response, cancel.Token);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Asked_to_check_it_opens_swtpm_and_nothing_else()
    {
        using var swtpm = new SwtpmProcess(new SwtpmOptions { OverTcp = true });
        using (ITpmTransport tpm = TransportCatalog.Default.Open(swtpm.ConnectionString + ",check=yes"))
        {
            Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
        }

        using var far = new FarSide();
        using var mssim = new MssimServer(far, SocketKind.TcpV4);
        string asSwtpm = mssim.ConnectionString.Replace("mssim:", "swtpm:", StringComparison.Ordinal).Replace("platform-", "ctrl-", StringComparison.Ordinal);
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(asSwtpm + ",check=yes"));
        Assert.Equal(TpmFault.ProtocolViolation, error.Fault);
        Assert.Contains("mssim", error.Advice, StringComparison.Ordinal);
        using ITpmTransport unharmed = TransportCatalog.Default.Open(mssim.ConnectionString);
        Assert.Equal(0u, Libtpms.Code(unharmed, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    private static ITpmTransport Open(SwtpmProcess swtpm) => TransportCatalog.Default.Open(swtpm.ConnectionString);
}
