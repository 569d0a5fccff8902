using System.Text.Json;
using TpmHw.Cli.Commands;

namespace TpmHw.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void A_misspelt_command_is_bad_usage_and_the_nearest_is_suggested()
    {
        CliRun run = CliRun.Of("getrandm", "16");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Text);
        Assert.Contains("There is no command 'getrandm'", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("'getrandom'", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_option_is_not_taken_for_an_argument()
    {
        CliRun run = CliRun.OnNewTpm("transmit", "--hexx", "80010000000c000001440000");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Did you mean '--hex'?", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_is_found_by_the_name_that_it_has()
    {
        Assert.All(CommandTable.Rows, static row => Assert.Equal(row.Name, row.Build().Name));
        Assert.Equal(CommandTable.Rows.Length, CommandTable.Rows.Select(static r => r.Name).Distinct().Count());
    }

    [Fact]
    public void Every_command_has_help_that_starts_with_what_it_does()
    {
        Assert.All(CommandTable.Rows, static row =>
        {
            CliRun run = CliRun.Of(row.Name, "--help");
            Assert.Equal(0, run.ExitCode);
            Assert.Contains($" {row.Name} ", run.Text, StringComparison.Ordinal);
            Assert.Empty(run.ErrorText);
        });
    }

    [Fact]
    public void Help_lists_every_command_the_environment_and_every_exit_code()
    {
        CliRun run = CliRun.Of("--help");

        Assert.Equal(0, run.ExitCode);
        Assert.All(CommandTable.Rows, row => Assert.Contains($"\n  {row.Name}", run.Text, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"\n  {(int)code} ", run.Text, StringComparison.Ordinal));
        Assert.All(TpmConnection.Variables, name => Assert.Contains(name, run.Text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-v")]
    public void The_version_is_told(string option)
    {
        Assert.StartsWith("tpmhw 0.", CliRun.Of(option).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_before_the_command_may_have_a_commands_name_as_its_value()
    {
        // 'info' is a command too, and the first word that is one.
        CliRun run = CliRun.Of("--tpm", "info", "getrandom", "1");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'info' names no transport", run.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tpm")]
    [InlineData("--tcti")]
    [InlineData("-T")]
    public void The_tpm_can_be_named_as_in_tpm2_tools(string option)
    {
        CliRun run = CliRun.Of("getrandom", option, "libtpms", "8");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(8, run.Bytes.Length);
    }

    [Fact]
    public void The_environment_names_the_tpm_where_the_command_line_does_not()
    {
        Dictionary<string, string> both = new() { ["TPMHW_TPM"] = "libtpms", ["TPM2TOOLS_TCTI"] = "nowhere" };
        Dictionary<string, string> other = new() { ["TPMHW_TPM"] = "", ["TPM2TOOLS_TCTI"] = "nowhere" };

        Assert.Equal(0, CliRun.Of(["getrandom", "1"], variables: both).ExitCode);
        CliRun run = CliRun.Of(["getrandom", "1"], variables: other);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'nowhere' is the value of TPM2TOOLS_TCTI", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_writes_nothing()
    {
        CliRun run = CliRun.OnNewTpm("getcap", "pcrs", "--quiet");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Bytes);
    }

    [Fact]
    public void Verbose_traces_the_commands_and_withholds_random_bytes()
    {
        CliRun run = CliRun.OnNewTpm("getrandom", "4", "--verbose");

        Assert.Contains("GetRandom, 12 bytes", run.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(run.Bytes), run.ErrorText, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_error_is_one_block_without_a_stack_trace()
    {
        CliRun run = CliRun.Of("--tpm", "libtpms:version=3", "getrandom", "1");

        string[] lines = run.ErrorText.TrimEnd('\n').Split('\n');
        Assert.StartsWith("tpmhw: The connection string", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], static line => Assert.StartsWith("  ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("   at TpmHw", CliRun.Of("--tpm", "libtpms:version=3", "getrandom", "1", "-V").ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_is_json_where_json_is_asked_for()
    {
        CliRun run = CliRun.Of("--json", "--tpm", "libtpms:version=3", "getrandom", "1");

        Assert.Equal(2, run.ExitCode);
        JsonElement error = JsonDocument.Parse(run.ErrorText).RootElement.GetProperty("error");
        Assert.Equal("BadConnectionString", error.GetProperty("kind").GetString());
        Assert.Equal(2, error.GetProperty("exit_code").GetInt32());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("advice").GetString()!);
        Assert.Equal("", error.GetProperty("seen").GetString());
    }

    [Fact]
    public void Colour_is_for_terminals_that_want_it()
    {
        string[] args = ["getrandom", "many"];

        Assert.Contains('\e', CliRun.Of(args, terminal: true).ErrorText);
        Assert.DoesNotContain('\e', CliRun.Of(args).ErrorText);
        Assert.DoesNotContain('\e', CliRun.Of(args, terminal: true, variables: new Dictionary<string, string> { ["NO_COLOR"] = "1" }).ErrorText);
    }
}
