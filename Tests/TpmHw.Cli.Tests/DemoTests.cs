using System.Security.Cryptography;

namespace TpmHw.Cli.Tests;

public sealed class DemoTests
{
    private static readonly Dictionary<string, string> s_elsewhere = new() { ["TPMHW_TPM"] = "device:/dev/nowhere" };

    [Fact]
    public void It_shows_a_tpm_of_this_process_whatever_the_environment_says()
    {
        CliRun run = CliRun.Of(["demo"], variables: s_elsewhere);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"\n  random  [0-9a-f]{64}\n", run.Text);
        Assert.Contains("in this process", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Text);
    }

    [Fact]
    public void The_extend_is_what_the_specification_says()
    {
        var extend = CliRun.Of("demo", "--json").Json.GetProperty("extend");
        byte[] Bytes(string name) => Convert.FromHexString(extend.GetProperty(name).GetString()!);

        Assert.Equal(SHA256.HashData("tpmhw demo"u8), Bytes("digest"));
        Assert.Equal(SHA256.HashData([.. Bytes("before"), .. Bytes("digest")]), Bytes("after"));
    }

    [Fact]
    public void A_terminal_is_shown_tables()
    {
        string text = CliRun.Of(["demo"], terminal: true).Text;

        Assert.Contains('╭', text);
        Assert.Contains('\e', text);
        string plain = CliRun.Of(["demo"], terminal: true, variables: new Dictionary<string, string> { ["NO_COLOR"] = "1" }).Text;
        Assert.DoesNotContain('\e', plain);
        Assert.Contains('╭', plain);
    }
}
