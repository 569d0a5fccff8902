using System.Security.Cryptography;

namespace TpmHw.Cli.Tests;

public sealed class PcrExtendTests
{
    private const string Sha1 = "f1d2d2f924e986ac86fdf7b36c94bcdf32beec15";
    private static readonly byte[] s_readSha1Pcr16 = Convert.FromHexString("8001000000140000017e00000001000403000001");
    private static readonly string s_sha256 = new('a', 64);

    [Fact]
    public void Several_pcrs_and_banks_are_extended_from_left_to_right()
    {
        using var folder = new TemporaryFolder();
        string state = "libtpms:" + Directory.CreateDirectory(folder.File("tpm")).FullName;
        string recording = folder.File("recording");

        CliRun run = CliRun.Of("pcrextend", "--tpm", state, "--record", recording, $"16:sha1={Sha1},sha256={s_sha256}", $"16:sha1={Sha1}");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Text);

        // The same commands on another TPM, and then what the PCR has.
        byte[] once = SHA1.HashData([.. new byte[20], .. Convert.FromHexString(Sha1)]);
        byte[] twice = SHA1.HashData([.. once, .. Convert.FromHexString(Sha1)]);
        byte[] commands = [.. Commands(recording), .. s_readSha1Pcr16];
        CliRun read = CliRun.Of(["transmit", "--tpm", "libtpms"], commands);
        Assert.Contains(Convert.ToHexString(twice), Convert.ToHexString(read.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_locality_that_may_not_is_the_tpms_error()
    {
        CliRun run = CliRun.OnNewTpm("pcrextend", $"17:sha1={Sha1}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("TPM_RC_LOCALITY", run.ErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("16", "not a PCR and its digests")]
    [InlineData("32:sha1=" + Sha1, "no PCR")]
    [InlineData("16:sha1", "not an algorithm and a digest")]
    [InlineData("16:sha1=f1", "has 20 bytes")]
    [InlineData("16:md5=" + Sha1, "no hash algorithm")]
    [InlineData("16:sha1=xyz", "not in hex digits")]
    [InlineData("16:sha1=" + Sha1 + ",sha1=" + Sha1, "two digests for sha1")]
    public void Nothing_is_sent_where_one_is_wrong(string digests, string complaint)
    {
        using var folder = new TemporaryFolder();
        CliRun run = CliRun.OnNewTpm("pcrextend", "--record", folder.File("recording"), $"16:sha1={Sha1}", digests);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("recording")));
    }

    private static byte[] Commands(string recording) =>
        [.. Transport.Recording.Load(recording).Exchanges.SelectMany(static e => e.Command)];
}
