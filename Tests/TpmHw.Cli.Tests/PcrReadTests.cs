namespace TpmHw.Cli.Tests;

public sealed class PcrReadTests
{
    private const string Zeros = "0000000000000000000000000000000000000000";

    [Fact]
    public void Some_pcrs_of_one_bank_and_all_of_another_are_written_as_tpm2_pcrread_does()
    {
        string[] lines = CliRun.OnNewTpm("pcrread", "sha256:2,0+sha1:all").Text.Split('\n');

        Assert.Equal("  sha256:", lines[0]);
        Assert.Equal($"    0 : 0x{Zeros}000000000000000000000000", lines[1]);
        Assert.StartsWith("    2 : 0x", lines[2], StringComparison.Ordinal);
        Assert.Equal("  sha1:", lines[3]);
        Assert.Equal($"    10: 0x{Zeros}", lines[14]);
        Assert.Equal("    17: 0x" + new string('F', 40), lines[21]);
        Assert.Equal(["    23: 0x" + Zeros, ""], lines[27..]);
    }

    [Fact]
    public void Without_a_selection_all_banks_are_read()
    {
        string text = CliRun.OnNewTpm("pcrread").Text;

        Assert.Equal(4, text.Split(':').Count(static part => part.EndsWith("sha1", StringComparison.Ordinal) || part.Contains("\n  sha", StringComparison.Ordinal)));
        Assert.Equal(4 * 25, text.Count(static c => c == '\n'));
    }

    [Theory]
    [InlineData("sha256:none", "  sha256:\n")]
    [InlineData("sha256:25", "  sha256:\n")]
    [InlineData("0xb:none", "  sha256:\n")]
    public void A_bank_without_pcrs_has_only_its_name(string selection, string text)
    {
        Assert.Equal(text, CliRun.OnNewTpm("pcrread", selection).Text);
    }

    [Fact]
    public void Parts_of_one_bank_come_together()
    {
        CliRun run = CliRun.OnNewTpm("pcrread", "sha1:3+sha1:1", "--json");

        Assert.Equal(["1", "3"], run.Json.GetProperty("sha1").EnumerateObject().Select(static p => p.Name));
        Assert.Equal(Zeros, run.Json.GetProperty("sha1").GetProperty("3").GetString());
    }

    [Fact]
    public void A_file_gets_the_values_one_after_the_other()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("pcrs");

        CliRun.OnNewTpm("pcrread", "sha1:17,0+sha256:1", "-o", file);

        Assert.Equal(Zeros + new string('F', 40) + new string('0', 64), Convert.ToHexString(File.ReadAllBytes(file)));
    }

    [Theory]
    [InlineData("md5:0")]
    [InlineData("sha256:32")]
    [InlineData("sha256:0-3")]
    [InlineData("sha256:0:1")]
    [InlineData("")]
    [InlineData("sha256:")]
    public void What_is_no_selection_is_bad_usage(string selection)
    {
        Assert.Equal(2, CliRun.OnNewTpm("pcrread", selection).ExitCode);
    }

    [Fact]
    public void A_bank_that_the_tpm_has_not_is_not_supported()
    {
        CliRun run = CliRun.OnNewTpm("pcrread", "sm3_256");

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("sha1, sha256, sha384, sha512", run.ErrorText, StringComparison.Ordinal);
    }
}
