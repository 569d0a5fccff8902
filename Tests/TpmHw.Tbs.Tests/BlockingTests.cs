using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Tbs.Tests;

public sealed class BlockingTests(TbsBench bench) : TbsTestBase(bench)
{
    [Theory]
    [InlineData((int)Blocking.InTheResponse)]
    [InlineData((int)Blocking.InTheResult)]
    public void A_blocked_command_is_named_and_the_next_one_works(int how)
    {
        using var tpm = new Tpm2(Open("tbs"));
        tpm.GetRandom(8);
        Double.Block((uint)TpmCc.SelfTest, (Blocking)how);
        uint executed = Double.Seen(DoubleSeen.Executed);

        TpmCommandBlockedException error = Assert.Throws<TpmCommandBlockedException>(() => tpm.Commands.SelfTest(fullTest: true));

        Assert.Equal(TpmCc.SelfTest, error.Command);
        Assert.Equal(TpmRc.CommandBlocked, error.Code.Value);
        Assert.StartsWith("TPM2_SelfTest was blocked by Windows: TPM_E_COMMAND_BLOCKED", error.Message, StringComparison.Ordinal);
        Assert.True(error.WasSent);
        Assert.Null(error.IsAllowedToAdministrators);
        Assert.NotEmpty(error.Advice);
        Assert.Equal(executed, Double.Seen(DoubleSeen.Executed));
        Assert.Equal(8, tpm.GetRandom(8).Length);
    }

    [Theory]
    [InlineData((int)Blocking.InTheResponse)]
    [InlineData((int)Blocking.InTheResult)]
    public void A_blocked_command_with_sessions_is_named_too_and_its_sessions_are_kept(int how)
    {
        using var tpm = new Tpm2(Open("tbs"));
        tpm.GetRandom(8);
        Double.Block((uint)TpmCc.GetRandom, (Blocking)how);
        uint executed = Double.Seen(DoubleSeen.Executed);

        TpmCommandBlockedException error = Assert.Throws<TpmCommandBlockedException>(() => tpm.GetRandom(8));

        Assert.Equal(TpmCc.GetRandom, error.Command);
        Assert.Equal(executed, Double.Seen(DoubleSeen.Executed));
        Double.Block((uint)TpmCc.GetRandom, Blocking.Not);
        Assert.Equal(8, tpm.GetRandom(8).Length);
        Assert.Equal(executed + 1, Double.Seen(DoubleSeen.Executed));
    }

    [Fact]
    public void Where_sessions_are_blocked_the_advice_is_to_do_without_them()
    {
        using var tpm = new Tpm2(Open("tbs"));
        Double.Block((uint)TpmCc.StartAuthSession, Blocking.InTheResponse);

        TpmCommandBlockedException error = Assert.Throws<TpmCommandBlockedException>(() => tpm.GetRandom(8));

        Assert.Equal(TpmCc.StartAuthSession, error.Command);
        Assert.Contains("ProtectBus = false", error.Advice, StringComparison.Ordinal);
        using var without = new Tpm2(Open("tbs"), new() { ProtectBus = false });
        Assert.Equal(8, without.GetRandom(8).Length);
    }

    [Theory]
    [InlineData((int)Blocking.InTheResponse, (int)TpmFamily.Tpm20, 0x17B)]
    [InlineData((int)Blocking.InTheResult, (int)TpmFamily.Tpm20, 0x17B)]
    [InlineData((int)Blocking.InTheResponse, (int)TpmFamily.Tpm12, 0x46)]
    [InlineData((int)Blocking.InTheResult, (int)TpmFamily.Tpm12, 0x46)]
    public void Below_the_commands_it_is_one_response_wherever_windows_puts_it(int how, int family, uint command)
    {
        Bench.Reset((TpmFamily)family);
        using ITpmTransport transport = Open("tbs");
        Double.Block(command, (Blocking)how);
        byte[] response = new byte[transport.Info.MaxResponseSize];

        int length = transport.Transmit(RawCommands.GetRandom((TpmFamily)family, 8), response);

        ushort tag = (TpmFamily)family == TpmFamily.Tpm12 ? TpmHeader.ResponseTpm12 : TpmHeader.NoSessions;
        Assert.Equal(new TpmHeader(tag, 10, TpmRc.CommandBlocked), TpmHeader.Read(response));
        Assert.Equal(10, length);
        Double.Block(command, Blocking.Not);
        Assert.Equal(0u, Send(transport, RawCommands.GetRandom((TpmFamily)family, 8)));
    }

    [Theory]
    [InlineData(0x80280401, "TPM_E_INVALID_HANDLE", false)]
    [InlineData(0x80280402, "TPM_E_DUPLICATE_VHANDLE", false)]
    [InlineData(0x80280403, "TPM_E_EMBEDDED_COMMAND_BLOCKED", true)]
    [InlineData(0x80280404, "TPM_E_EMBEDDED_COMMAND_UNSUPPORTED", false)]
    public void What_else_windows_answers_in_the_tpms_place_is_the_commands_error(uint code, string name, bool isBlocked)
    {
        using var tpm = new Tpm2(Open("tbs"));
        Double.Fail(DoubleFunction.Submit, code);

        TpmCommandException error = Assert.ThrowsAny<TpmCommandException>(() => tpm.Commands.ReadClock());

        Assert.Equal(isBlocked, error is TpmCommandBlockedException);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Advice);
        Assert.True(tpm.Commands.ReadClock().CurrentTime.Time > 0);
    }

    [Theory]
    [InlineData("tbs")]
    [InlineData("tbs:raw=yes")]
    public void What_windows_keeps_to_itself_is_not_sent(string connectionString)
    {
        using var tpm = new Tpm2(Open(connectionString));

        foreach (Action reserved in (Action[])[() => tpm.Commands.Startup(TpmSu.Clear), () => tpm.Commands.Shutdown(TpmSu.Clear), () => tpm.Commands.ContextSave(new TpmHandle(0x80000000))])
        {
            TpmCommandBlockedException error = Assert.Throws<TpmCommandBlockedException>(reserved);
            Assert.False(error.WasSent);
            Assert.False(error.IsAllowedToAdministrators);
            Assert.Contains("was not sent", error.Message, StringComparison.Ordinal);
        }

        Assert.False(PowerUp.TryStart(tpm.Transport));
        Assert.Equal(0u, Double.Seen(DoubleSeen.Executed));
        Assert.Equal(8, tpm.GetRandom(8).Length);
    }

    [Fact]
    public void A_tpm_that_was_not_started_is_left_to_windows()
    {
        using var swtpm = new NotStarted(Bench);
        using var tpm = new Tpm2(Open("tbs"));
        Double.Connect(TpmFamily.Tpm20, swtpm.Port);

        TpmCommandException error = Assert.Throws<TpmCommandException>(() => tpm.GetRandom(8));

        Assert.Equal(TpmRc.Initialize, error.Code.Value);
        Assert.Equal(1u, Double.Seen(DoubleSeen.Executed));
    }

    /// <summary>A far side that says TPM_RC_INITIALIZE to everything.</summary>
    private sealed class NotStarted : IDisposable
    {
        private readonly System.Net.Sockets.TcpListener _listener = new(System.Net.IPAddress.Loopback, 0);
        private readonly TbsBench _bench;

        public NotStarted(TbsBench bench)
        {
            _bench = bench;
            _listener.Start();
            Port = ((System.Net.IPEndPoint)_listener.LocalEndpoint).Port;
            _ = Answer();
        }

        public int Port { get; }

        public void Dispose()
        {
            _bench.Double.Disconnect();
            _listener.Dispose();
        }

        private async Task Answer()
        {
            using System.Net.Sockets.TcpClient client = await _listener.AcceptTcpClientAsync();
            byte[] buffer = new byte[4096];
            while (await client.GetStream().ReadAsync(buffer) > 0)
            {
                await client.GetStream().WriteAsync(RawCommands.Response(TpmRc.Initialize));
            }
        }
    }
}
