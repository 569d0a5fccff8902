namespace TpmHw.Cli.Tests;

/// <summary>The commands about the TPM's own state.</summary>
public sealed class StateTests
{
    [Theory]
    [InlineData("startup", "-c")]
    [InlineData("startup", "--clear")]
    [InlineData("shutdown")]
    [InlineData("shutdown", "-c")]
    [InlineData("selftest")]
    [InlineData("selftest", "--fulltest")]
    public void What_works_says_nothing(params string[] args)
    {
        CliRun run = CliRun.OnNewTpm(args);

        Assert.Equal((0, "", ""), (run.ExitCode, run.Text, run.ErrorText));
    }

    [Fact]
    public void A_tpm_that_was_started_already_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(recording, "tpmhw-recording 1\n> 80010000000c000001440000\n< 80010000000a00000100\n");

        Assert.Equal(0, CliRun.Of("startup", "--clear", "--tpm", $"replay:{recording}").ExitCode);
    }

    [Fact]
    public void State_that_nobody_saved_is_the_tpms_error()
    {
        CliRun run = CliRun.OnNewTpm("startup");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("TPM2_Startup failed: TPM_RC_VALUE", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_of_the_self_test_is_written_as_tpm2_gettestresult_does()
    {
        Assert.Equal("status:   success\n", CliRun.OnNewTpm("gettestresult").Text);
    }

    [Fact]
    public void A_failed_self_test_is_told_with_its_code()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(recording, "tpmhw-recording 1\n> 80010000000a0000017c\n< 800100000012000000000002abcd00000101\n");

        CliRun run = CliRun.Of("gettestresult", "--tpm", $"replay:{recording}");

        Assert.Equal(6, run.ExitCode);
        Assert.Equal("status:   failed\ndata:     abcd\ncode:     0x101\n", run.Text);
    }

    [Fact]
    public void The_clock_is_written_as_tpm2_readclock_does()
    {
        Assert.Matches(
            """
            ^time: \d+
            clock_info:
              clock: \d+
              reset_count: \d+
              restart_count: \d+
              safe: (yes|no)
            \z
            """,
            CliRun.OnNewTpm("readclock").Text);
        Assert.Equal(System.Text.Json.JsonValueKind.True, CliRun.OnNewTpm("readclock", "--json").Json.GetProperty("clock_info").GetProperty("safe").ValueKind);
    }

    [Fact]
    public void A_tpm_that_does_not_know_the_command_is_not_supported()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(recording, "tpmhw-recording 1\n> 80010000000a00000181\n< 80010000000a00000143\n");

        Assert.Equal(5, CliRun.Of("readclock", "--tpm", $"replay:{recording}").ExitCode);
    }

    [Fact]
    public void A_tpm_that_is_locked_out_is_about_authorization()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        File.WriteAllText(recording, "tpmhw-recording 1\n> 80010000000a00000181\n< 80010000000a00000921\n");

        Assert.Equal(3, CliRun.Of("readclock", "--tpm", $"replay:{recording}").ExitCode);
    }
}
