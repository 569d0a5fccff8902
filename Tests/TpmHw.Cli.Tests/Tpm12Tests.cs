using System.Security.Cryptography;
using TpmHw.Wire;

namespace TpmHw.Cli.Tests;

/// <summary>The commands that work with a TPM 1.2 too.</summary>
public sealed class Tpm12Tests
{
    private const string Tpm = "libtpms:version=1.2";

    [Theory]
    [InlineData("startup", "--clear")]
    [InlineData("shutdown", "--clear")]
    [InlineData("shutdown")]
    [InlineData("selftest")]
    [InlineData("selftest", "--fulltest")]
    [InlineData("pcrextend", "16:sha1=85e9c195f80814581fe812e1c865737ecb3d2956")]
    public void What_works_says_nothing(params string[] args)
    {
        CliRun run = CliRun.Of([.. args, "--tpm", Tpm]);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Text, run.ErrorText));
    }

    [Fact]
    public void A_tpm_that_runs_is_left_alone_by_startup()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(recording, "tpmhw-recording 1 family=1.2\n> 00c10000000c000000990001\n< 00c40000000a00000026\n");

        Assert.Equal(0, CliRun.Of("startup", "--clear", "--tpm", $"replay:{recording}").ExitCode);
    }

    [Fact]
    public void Random_bytes_are_as_many_as_were_asked_for()
    {
        byte[] first = CliRun.Of("getrandom", "2000", "--tpm", Tpm).Bytes;

        Assert.Equal(2000, first.Length);
        Assert.NotEqual(first, CliRun.Of("getrandom", "2000", "--tpm", Tpm).Bytes);
        Assert.True(first.AsSpan(1900).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void There_is_one_bank_of_pcrs()
    {
        string[] lines = CliRun.Of("pcrread", "--tpm", Tpm).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("  sha1:", lines[0]);
        Assert.Equal(25, lines.Length);
        Assert.Matches("^    0 : 0x0{40}$", lines[1]);
        Assert.Equal(2 + 1, CliRun.Of("pcrread", "sha1:3,7", "--tpm", Tpm).Text.Count(static c => c == '\n'));
    }

    [Fact]
    public void An_extend_is_what_the_specification_says()
    {
        using var folder = new TemporaryFolder();
        byte[] digest = SHA1.HashData("measured"u8);
        string recording = folder.File("recording");

        Assert.Equal(0, CliRun.Of("pcrextend", "10:sha1=" + Convert.ToHexStringLower(digest), "--tpm", Tpm, "--record", recording).ExitCode);

        string value = Convert.ToHexStringLower(SHA1.HashData([.. new byte[20], .. digest]));
        Assert.Contains("00c40000001e00000000" + value, File.ReadAllText(recording).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pcrread", "sha256")]
    [InlineData("pcrextend", "16:sha256=85e9c195f80814581fe812e1c865737ecb3d2956df10894f77c823bfe99af856")]
    public void Another_bank_is_one_that_it_does_not_have(string command, string argument)
    {
        CliRun run = CliRun.Of(command, argument, "--tpm", Tpm);

        Assert.Equal(5, run.ExitCode);
        Assert.Equal("tpmhw: This TPM has no PCR bank sha256.\n  To do: It has sha1.\n", run.ErrorText);
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("getcap", "properties-fixed")]
    [InlineData("readclock")]
    [InlineData("gettestresult")]
    public void What_is_for_tpm_2_0_says_so_before_anything_is_sent(params string[] args)
    {
        CliRun run = CliRun.Of([.. args, "--tpm", Tpm, "--verbose"]);

        Assert.Equal(5, run.ExitCode);
        Assert.StartsWith($"tpmhw: '{args[0]}' is for TPM 2.0, and '{Tpm}' is a TPM 1.2.\n", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_recognised_behind_a_transport_that_does_not_know()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(
            recording,
            "tpmhw-recording 1\n> 80010000000c0000017b0002\n< 00c40000000a0000001e\n> 00c10000000e0000004600000002\n< 00c40000001000000000000000021234\n");

        CliRun run = CliRun.Of("getrandom", "2", "--hex", "--tpm", $"replay:{recording}");

        Assert.Equal((0, "1234"), (run.ExitCode, run.Text));
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("0000000312345600")]
    public void Random_bytes_of_another_number_are_an_error(string body)
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(
            recording,
            $"tpmhw-recording 1 family=1.2\n> 00c10000000e0000004600000002\n< 00c4{TpmHeader.Size + (body.Length / 2):x8}00000000{body}\n");

        Assert.Equal(4, CliRun.Of("getrandom", "2", "--tpm", $"replay:{recording}").ExitCode);
    }
}
