using TpmHw.Cli.Info;

namespace TpmHw.Cli.Tests;

public sealed class InfoTests
{
    [Fact]
    public void A_tpm_is_told_in_plain_words()
    {
        string text = CliRun.OnNewTpm("info").Text;

        Assert.StartsWith("SW TPM\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\n  family        TPM 2\.0, revision 1\.\d\d of \d{4}-\d\d-\d\d\n", text);
        Assert.Matches(@"\n  manufacturer  IBM\n", text);
        Assert.Contains("\n  sha256  0-23\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  hashes      sha1, sha256, sha384, sha512\n", text, StringComparison.Ordinal);
        Assert.Contains("not locked; all 3 tries are left", text, StringComparison.Ordinal);
        Assert.DoesNotContain("0x322E3000", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lockout_is_told_to_programs_in_numbers()
    {
        var lockout = CliRun.OnNewTpm("info", "--json").Json.GetProperty("lockout");

        Assert.False(lockout.GetProperty("in_lockout").GetBoolean());
        Assert.Equal(3, lockout.GetProperty("tries_left").GetInt32());
        Assert.Equal(1000, lockout.GetProperty("interval_seconds").GetInt32());
    }

    [Fact]
    public void A_tpm_1_2_is_told_as_far_as_it_tells()
    {
        CliRun run = CliRun.Of("info", "--tpm", "libtpms:version=1.2");

        Assert.Contains("TPM 1.2, specification level 2", run.Text, StringComparison.Ordinal);
        Assert.Contains("enabled, active, without an owner", run.Text, StringComparison.Ordinal);
        Assert.Equal("IBM", CliRun.Of("info", "--tpm", "libtpms:version=1.2", "--json").Json.GetProperty("manufacturer").GetString());
    }

    [Fact]
    public void A_tpm_1_2_behind_a_transport_that_does_not_know_is_recognised()
    {
        using var folder = new TemporaryFolder();
        string recording = folder.File("recording");
        CliRun.Of("info", "--tpm", "libtpms:version=1.2", "--record", recording);
        string text = File.ReadAllText(recording).Replace("family=1.2", "family=unknown", StringComparison.Ordinal);
        int first = text.IndexOf('\n', StringComparison.Ordinal) + 1;
        File.WriteAllText(recording, text.Insert(first, "> 8001000000160000017a000000060000010000000001\n< 00c40000000a0000001e\n"));

        Assert.Contains("TPM 1.2", CliRun.Of("info", "--tpm", $"replay:{recording}").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0, 32, 7200, 32, "not locked; all 32 tries are left", "a failed try is forgotten after 2 h")]
    [InlineData(false, 1, 32, 600, 31, "not locked; 31 of 32 tries are left", "the failed try is forgotten within 10 min")]
    [InlineData(false, 3, 5, 90, 2, "not locked; 2 of 5 tries are left", "one failed try is forgotten every 1 min 30 s, all 3 within 4 min 30 s")]
    [InlineData(true, 5, 5, 60, 0, "LOCKED: authorizations with protected keys are refused", "one failed try is forgotten every 1 min, all 5 within 5 min")]
    [InlineData(true, 0, 5, 60, 0, "LOCKED: authorizations with protected keys are refused", "a failed try is forgotten after 1 min")]
    [InlineData(false, 0, 5, 0, 5, "off: failed tries are not counted", "nothing changes by waiting")]
    public void The_lockout_is_told_with_the_tries_that_are_left_and_the_time_it_takes(
        bool inLockout, int failed, int max, int interval, int left, string state, string outlook)
    {
        var lockout = new Lockout(inLockout, (uint)failed, (uint)max, (uint)interval, 0);

        Assert.Equal((uint)left, lockout.TriesLeft);
        Assert.Equal(state, lockout.State);
        Assert.Equal(outlook, lockout.Outlook);
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(1000, "16 min 40 s")]
    [InlineData(3600, "1 h")]
    [InlineData(90061, "1 d 1 h")]
    public void Times_are_told_in_their_two_largest_units(int seconds, string words)
    {
        Assert.Equal(words, Duration.Words((ulong)seconds));
    }
}
