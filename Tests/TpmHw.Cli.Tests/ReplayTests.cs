namespace TpmHw.Cli.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Recording => _folder.File("session.tpmrec");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tpm_that_answers_as_recorded_is_the_same()
    {
        CliRun.OnNewTpm("getcap", "algorithms", "--record", Recording);

        CliRun run = CliRun.OnNewTpm("replay", Recording);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("3 commands, all answered as recorded.", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_differ_but_their_response_codes_do_not()
    {
        CliRun.OnNewTpm("getrandom", "32", "--record", Recording);

        CliRun run = CliRun.OnNewTpm("replay", Recording);

        Assert.Equal(6, run.ExitCode);
        Assert.Contains("3 commands, 1 answered otherwise than recorded.", run.Text, StringComparison.Ordinal);
        Assert.Equal(0, CliRun.OnNewTpm("replay", Recording, "--codes").ExitCode);
    }

    [Fact]
    public void It_is_shown_without_a_tpm()
    {
        File.WriteAllText(Recording, "tpmhw-recording 1\n> 80010000000c0000017b0008\n< 80010000000a00000101\n> 80010000000a00000181\n! cancelled\n");

        CliRun run = CliRun.Of("replay", "--show", Recording, "--tpm", "nowhere");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("TPM2_GetRandom  TPM_RC_FAILURE (0x101)\n", run.Text, StringComparison.Ordinal);
        Assert.Contains("TPM2_ReadClock  cancelled\n", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_recording_says_which_line_is_wrong()
    {
        File.WriteAllText(Recording, "tpmhw-recording 1\n> 8001\nhello\n");

        CliRun run = CliRun.OnNewTpm("replay", Recording);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("Line 3", run.ErrorText, StringComparison.Ordinal);
        Assert.Equal(4, CliRun.OnNewTpm("replay", _folder.File("nothing")).ExitCode);
    }

    [Fact]
    public void A_capture_is_made_beside_a_recording()
    {
        CliRun.OnNewTpm("getrandom", "8", "--record", Recording, "--pcap", _folder.File("capture"));

        Assert.Equal("0A0D0D0A", Convert.ToHexString(File.ReadAllBytes(_folder.File("capture")).AsSpan(0, 4)));
        Assert.Contains("TPM2_GetRandom", File.ReadAllText(Recording), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recording_that_can_not_be_kept_is_told_and_the_command_still_works()
    {
        CliRun run = CliRun.OnNewTpm("getrandom", "8", "--record", "/dev/full");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(8, run.Bytes.Length);
        Assert.Contains("The recording is not whole", run.ErrorText, StringComparison.Ordinal);
    }
}
