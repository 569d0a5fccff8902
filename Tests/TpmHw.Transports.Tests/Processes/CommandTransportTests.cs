using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using TpmHw.Testing;
using TpmHw.Transports.Processes;
using TpmHw.Wire;

namespace TpmHw.Transports.Tests.Processes;

public sealed class CommandConformance : UnreliableTransportConformance
{
    private readonly RawServer _server;

    public CommandConformance() => _server = new RawServer(Far, SocketKind.TcpV4);

    protected override ITpmTransport Open() => TransportCatalog.Default.Open("cmd:" + Relay.To(_server.Listener));

    protected override ITpmTransport OpenImpatiently() => new CommandTransport("cmd:relay", Relay.To(_server.Listener), Timeout, TimeSpan.FromSeconds(2));

    public override void Dispose()
    {
        _server.Dispose();
        base.Dispose();
    }
}

internal static class Relay
{
    /// <summary>The command line of a program that passes its input on to a TCP server, and the server's answers to its output.</summary>
    public static string To(StreamServer server) =>
        $"exec bash -c 'exec 3<>/dev/tcp/127.0.0.1/{server.Place} 4<&0; cat <&3 & cat <&4 >&3 & wait -n; kill $(jobs -p) 2>/dev/null'";
}

public sealed class CommandTransportTests
{
    private readonly byte[] _response = new byte[4096];

    [Fact]
    public void A_pipe_on_the_other_side_serves_a_tpm()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        using var server = new StreamServer(SocketKind.TcpV4, socket =>
        {
            using var stream = new NetworkStream(socket);
            Record.Exception(() => TpmPipe.Serve(tpm, stream, stream));
        });
        using ITpmTransport transport = TransportCatalog.Default.Open("cmd:" + Relay.To(server));
        Assert.Equal(0u, Send(transport, RawCommands.Startup(TpmFamily.Tpm20)).Code);
        Assert.Equal(12u + 20, Send(transport, RawCommands.GetRandom(TpmFamily.Tpm20, 20)).TotalSize);
    }

    [Fact]
    public void A_program_that_is_not_there_is_told_as_that()
    {
        TpmTransportException error = Fail("no-such-program-anywhere --serve");
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains("exit code 127", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("no-such-program-anywhere", error.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_program_is_told_as_that() =>
        Assert.Equal(TpmFault.AccessDenied, Fail("/etc/passwd").Fault);

    [Fact]
    public void The_exit_code_and_the_last_words_are_evidence()
    {
        TpmTransportException error = Fail("head -c 12 >/dev/null; echo Host key verification failed. >&2; printf 'see \\033[2Jthe manual' >&2; exit 255");
        Assert.Equal(TpmFault.Disconnected, error.Fault);
        Assert.Equal("exit code 255; its last words: Host key verification failed.\nsee ?[2Jthe manual", error.Evidence);
        Assert.NotEmpty(error.Advice);
    }

    [Fact]
    public void Of_many_words_the_last_are_kept()
    {
        string evidence = Fail("head -c 12 >/dev/null; seq 1 100000 >&2; exit 3").Evidence;
        Assert.EndsWith("\n99999\n100000", evidence, StringComparison.Ordinal);
        Assert.True(evidence.Length < 2100);
    }

    [Theory]
    [InlineData("echo Welcome to board 7; sleep 30")]
    [InlineData("head -c 12 >/dev/null; echo Welcome to board 7; sleep 30")]
    [InlineData("echo Welcome to board 7")]
    public void A_greeting_is_shown_as_what_it_is(string commandLine)
    {
        TpmTransportException error = Fail(commandLine);
        Assert.Equal(TpmFault.BadResponse, error.Fault);
        Assert.Contains("\"Welcome to board 7\"", error.Evidence, StringComparison.Ordinal);
        Assert.Contains("login script", error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_is_an_error_and_not_a_wait()
    {
        TpmTransportException error = Fail("cat /dev/zero");
        Assert.Equal(TpmFault.BadResponse, error.Fault);
    }

    [Fact]
    public void A_program_that_ended_between_two_commands_is_started_again()
    {
        // Each run answers one command and ends.
        const string OneAnswer = "head -c 12 >/dev/null; printf '\\200\\001\\000\\000\\000\\014\\000\\000\\000\\000\\000\\000'";
        using ITpmTransport transport = TransportCatalog.Default.Open("cmd:" + OneAnswer);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(12u, Send(transport, RawCommands.GetRandom(TpmFamily.Tpm20, 8)).TotalSize);
            Thread.Sleep(20);
        }
    }

    [Fact]
    public void Disposing_ends_the_program_and_what_it_started()
    {
        string marker = Path.GetTempFileName();
        ITpmTransport transport = TransportCatalog.Default.Open($"cmd:sleep 1234 & echo $! >{marker}; wait");
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(marker).EndsWith('\n'), TimeSpan.FromSeconds(10)));
        using Process grandchild = Process.GetProcessById(int.Parse(File.ReadAllText(marker), CultureInfo.InvariantCulture));

        transport.Dispose();

        Assert.True(grandchild.WaitForExit(TimeSpan.FromSeconds(10)));
        File.Delete(marker);
    }

    [Fact]
    public void A_program_that_ends_with_its_input_may_do_so_by_itself()
    {
        string marker = Path.GetTempFileName();
        TransportCatalog.Default.Open($"cmd:cat >/dev/null; echo ended >{marker}").Dispose();
        Assert.Equal("ended\n", File.ReadAllText(marker));
        File.Delete(marker);
    }

    [Fact]
    public void A_command_line_has_to_be_given() =>
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("cmd")).Fault);

    private TpmTransportException Fail(string commandLine)
    {
        using var transport = new CommandTransport("cmd:" + commandLine, commandLine);
        return Assert.Throws<TpmTransportException>(() => Send(transport, RawCommands.GetRandom(TpmFamily.Tpm20, 8)));
    }

    private TpmHeader Send(ITpmTransport transport, byte[] command)
    {
        transport.Transmit(command, _response);
        return TpmHeader.Read(_response);
    }
}
