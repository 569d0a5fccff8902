using System.Text.Json;

namespace TpmHw.Cli.Tests;

/// <summary><c>tpmhw decode</c>.</summary>
public sealed class DecodeTests
{
    private const string Command = "80010000000c0000017b0004";
    private const string Response = "8001 00000010 00000000 0004 01020304";

    [Fact]
    public void A_command_and_its_response_are_trees()
    {
        string text = CliRun.Of("decode", Command, Response).Text;
        Assert.Contains("TPM2_GetRandom, command of 12 bytes\n  tag (TPM_ST): TPM_ST_NO_SESSIONS\n", text, StringComparison.Ordinal);
        Assert.Contains("    bytesRequested (UINT16): 4\n", text, StringComparison.Ordinal);
        Assert.Contains("TPM2_GetRandom, response of 16 bytes\n", text, StringComparison.Ordinal);
        Assert.Contains("    randomBytes (TPM2B_DIGEST): 01020304\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TPM2_GetRandom")]
    [InlineData("getrandom")]
    [InlineData("0x17b")]
    public void A_response_alone_needs_its_command(string command)
    {
        Assert.Equal(2, CliRun.Of("decode", Response).ExitCode);
        Assert.Contains("randomBytes", CliRun.Of("decode", Response, "--command", command).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_may_be_digits_or_bytes_or_a_recording()
    {
        using var folder = new TemporaryFolder();
        string expected = CliRun.Of("decode", Command).Text;
        File.WriteAllText(folder.File("digits"), Command + "\n");
        Assert.Equal(expected, CliRun.Of("decode", folder.File("digits")).Text);
        File.WriteAllBytes(folder.File("bytes"), Convert.FromHexString(Command));
        Assert.Equal(expected, CliRun.Of("decode", folder.File("bytes")).Text);

        CliRun.OnNewTpm("getrandom", "4", "--record", folder.File("recording"));
        Assert.Contains(expected, CliRun.Of("decode", folder.File("recording")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_is_told_and_is_the_exit_code()
    {
        CliRun run = CliRun.Of("decode", "80010000000b0000017b00", "--json");
        Assert.Equal(6, run.ExitCode);
        JsonElement tree = Assert.Single(run.Json.EnumerateArray());
        Assert.Contains("2 bytes expected and 1 left", tree.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("TPM_CC_GetRandom", tree.GetProperty("parts")[2].GetProperty("value").GetString());
    }

    [Fact]
    public void An_error_is_told_in_words() =>
        Assert.Contains("TPM_RC_AUTH_FAIL (0x98E, session 1)", CliRun.Of("decode", "80010000000a0000098e", "--command", "Create").Text, StringComparison.Ordinal);
}
