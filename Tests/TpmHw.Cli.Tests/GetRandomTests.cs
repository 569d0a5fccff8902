namespace TpmHw.Cli.Tests;

public sealed class GetRandomTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(1000)]
    public void A_pipe_gets_the_bytes_themselves(int size)
    {
        CliRun run = CliRun.OnNewTpm("getrandom", $"{size}");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(size, run.Bytes.Length);
    }

    [Fact]
    public void Hex_digits_have_no_line_end_as_in_tpm2_getrandom()
    {
        Assert.Matches("^[0-9a-f]{32}\\z", CliRun.OnNewTpm("getrandom", "--hex", "16").Text);
    }

    [Fact]
    public void A_terminal_gets_hex_digits_and_a_line_end()
    {
        Assert.Matches("^[0-9a-f]{32}\n\\z", CliRun.Of(["getrandom", "16", "-T", "libtpms"], terminal: true).Text);
    }

    [Fact]
    public void A_file_gets_what_a_pipe_would()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("random");

        Assert.Empty(CliRun.OnNewTpm("getrandom", "-o", file, "12").Bytes);
        Assert.Equal(12, File.ReadAllBytes(file).Length);
        Assert.Empty(CliRun.OnNewTpm("getrandom", "-o", file, "--hex", "12").Bytes);
        Assert.Matches("^[0-9a-f]{24}\\z", File.ReadAllText(file));
    }

    [Fact]
    public void A_file_that_can_not_be_written_is_an_error_of_its_own()
    {
        CliRun run = CliRun.OnNewTpm("getrandom", "-o", "/nowhere/at/all", "12");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("/nowhere/at/all", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_them_as_random()
    {
        Assert.Matches("^[0-9a-f]{8}$", CliRun.OnNewTpm("getrandom", "4", "--json").Json.GetProperty("random").GetString());
    }

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1048577")]
    public void A_size_that_is_none_is_bad_usage(string size)
    {
        Assert.Equal(2, CliRun.OnNewTpm("getrandom", size).ExitCode);
    }
}
