using System.Text.Json;
using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Cli.Tests;

/// <summary>What reset leaves of a TPM that runs.</summary>
public sealed class ResetTests
{
    private const uint WaitsForStartup20 = 0x100; // TPM_RC_INITIALIZE
    private const uint WaitsForStartup12 = 0x26; // TPM_INVALID_POSTINIT

    [Theory]
    [InlineData(TpmFamily.Tpm20, WaitsForStartup20)]
    [InlineData(TpmFamily.Tpm12, WaitsForStartup12)]
    public void A_tpm_that_was_reset_waits_for_startup(TpmFamily family, uint code)
    {
        using var tpm = new RunningTpm(family);

        CliRun run = tpm.Run("reset");

        Assert.Equal((0, "The TPM was reset. It waits for Startup, which 'reset --startup' sends too.\n", ""), (run.ExitCode, run.Text, run.ErrorText));
        Assert.Equal(code, tpm.Send(RawCommands.GetRandom(family, 8)));
    }

    [Theory]
    [InlineData(TpmFamily.Tpm20, "--startup", WaitsForStartup20)]
    [InlineData(TpmFamily.Tpm20, "-s", WaitsForStartup20)]
    [InlineData(TpmFamily.Tpm12, "--startup", WaitsForStartup12)]
    public void Startup_follows_where_that_is_asked_for(TpmFamily family, string option, uint code)
    {
        using var tpm = new RunningTpm(family);

        CliRun run = tpm.Run("reset", option);

        Assert.Equal((0, "The TPM was reset and started.\n", ""), (run.ExitCode, run.Text, run.ErrorText));
        Assert.Equal(0u, tpm.Send(RawCommands.GetRandom(family, 8)));
        Assert.Equal(code, tpm.Send(RawCommands.Startup(family)));
    }

    [Fact]
    public void Pcrs_begin_again()
    {
        using var tpm = new RunningTpm(TpmFamily.Tpm20);
        string fresh = tpm.Run("pcrread", "sha256:7").Text;
        Assert.Equal(0, tpm.Run("pcrextend", $"7:sha256={new string('a', 64)}").ExitCode);
        Assert.NotEqual(fresh, tpm.Run("pcrread", "sha256:7").Text);

        Assert.Equal(0, tpm.Run("reset", "--startup").ExitCode);

        Assert.Equal(fresh, tpm.Run("pcrread", "sha256:7").Text);
    }

    [Theory]
    [InlineData(false, "reset", "--json")]
    [InlineData(true, "reset", "--startup", "--json")]
    public void Json_says_whether_it_was_started(bool started, params string[] args)
    {
        using var tpm = new RunningTpm(TpmFamily.Tpm20);

        JsonElement json = tpm.Run(args).Json;

        Assert.Equal("libtpms", json.GetProperty("connection").GetString());
        Assert.Equal(started, json.GetProperty("started").GetBoolean());
    }

    [Fact]
    public void What_listens_in_is_no_obstacle()
    {
        using var folder = new TemporaryFolder();
        using var tpm = new RunningTpm(TpmFamily.Tpm20);

        Assert.Equal(0, tpm.Run("reset", "--startup", "--record", folder.File("recording"), "--pcap", folder.File("capture"), "--verbose").ExitCode);

        Assert.Contains("> 80 01 00 00 00 0c 00 00 01 44 00 00", File.ReadAllText(folder.File("recording")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_transport_that_can_not_says_who_can()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("recording"), "tpmhw-recording 1\n> 80010000000c000001440000\n< 80010000000a00000000\n");

        CliRun run = CliRun.Of("reset", "--startup", "--tpm", $"replay:{folder.File("recording")}");

        Assert.Equal((5, ""), (run.ExitCode, run.Text));
        Assert.Contains("is no way to reset a TPM.", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("reset=gpiochip0/24", run.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TpmFamily.Tpm20)]
    [InlineData(TpmFamily.Tpm12)]
    public void A_reset_line_that_does_nothing_is_noticed(TpmFamily family)
    {
        using var tpm = new RunningTpm(family) { IsWired = false };

        CliRun run = tpm.Run("reset", "--startup");

        Assert.Equal((1, ""), (run.ExitCode, run.Text));
        Assert.Contains("The TPM was not reset: it runs on.", run.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>A libtpms that was started, and stays when the run ends, so that one sees what the run left of it.</summary>
    private sealed class RunningTpm : ITpmTransportWrapper, ITpmReset
    {
        public RunningTpm(TpmFamily family)
        {
            Inner = TransportCatalog.Default.Open(family == TpmFamily.Tpm12 ? "libtpms:version=1.2" : "libtpms");
            Assert.Equal(0u, Send(RawCommands.Startup(family)));
        }

        public bool IsWired { get; init; } = true;

        public ITpmTransport Inner { get; }

        public TpmTransportInfo Info => Inner.Info;

        public CliRun Run(params string[] args) => CliRun.Of([.. args, "--tpm", "running"], input: (byte[]?)null, transport: new TransportDescriptor
        {
            Name = "running",
            Summary = "for tests",
            Example = "running",
            Open = _ => new Loan(this),
        });

        public uint Send(byte[] command)
        {
            byte[] response = new byte[Info.MaxResponseSize];
            Transmit(command, response);
            return TpmHeader.Read(response).Code;
        }

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
            Inner.Transmit(command, response, cancellationToken);

        public void Reset()
        {
            if (IsWired)
            {
                Inner.FindAbility<ITpmReset>()!.Reset();
            }
        }

        public void Dispose() => Inner.Dispose();
    }

    private sealed class Loan(ITpmTransport inner) : ITpmTransportWrapper
    {
        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
            inner.Transmit(command, response, cancellationToken);

        public void Dispose()
        {
        }
    }
}
