using System.Text.Json;

namespace TpmHw.Cli.Tests;

public sealed class WireTests
{
    [Theory]
    [InlineData("sim:spi", "80010000000c0000017b0008", "TPM2_GetRandom")]
    [InlineData("sim:spi,version=1.2", "00c10000000e0000004600000008", "TPM 1.2 ordinal 0x46")]
    public void A_command_is_shown_from_opening_the_tpm_to_the_last_frame(string tpm, string command, string name)
    {
        CliRun run = CliRun.Of("wire", "--tpm", tpm);

        Assert.Equal((0, ""), (run.ExitCode, run.ErrorText));
        Assert.Contains("read DID_VID_0", run.Text, StringComparison.Ordinal);
        Assert.Contains("write ACCESS_0          0      02             requestUse", run.Text, StringComparison.Ordinal);
        Assert.Contains($"command    {command}\n", run.Text, StringComparison.Ordinal);
        Assert.Contains("before it  Startup", run.Text, StringComparison.Ordinal);
        Assert.Contains($"command, {command.Length / 2} bytes: {name}\n", run.Text, StringComparison.Ordinal);
        Assert.Contains("tpmGo: execute", run.Text, StringComparison.Ordinal);
        Assert.Contains("response, bytes 1 to 10 of ", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_tpm_it_is_a_modelled_one_whatever_the_environment_says()
    {
        var elsewhere = new Dictionary<string, string> { ["TPMHW_TPM"] = "device:/dev/nowhere" };

        Assert.StartsWith("Opening sim:spi\n", CliRun.Of(["wire"], variables: elsewhere).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_that_is_given_is_the_only_one()
    {
        JsonElement json = CliRun.Of("wire", "80010000000c000001440000", "--json").Json;

        Assert.Equal("80010000000c000001440000", json.GetProperty("command").GetString());
        Assert.Equal("80010000000a00000000", json.GetProperty("response").GetString());
        Assert.Equal("80010000000c000001440000", string.Concat(json.GetProperty("wire").GetProperty("frames").EnumerateArray()
            .Where(static f => f.GetProperty("direction").GetString() == "write" && f.GetProperty("register").GetString() == "TPM_DATA_FIFO")
            .Select(static f => f.GetProperty("data").GetString())));
    }

    [Fact]
    public void Wait_bytes_are_counted()
    {
        JsonElement json = CliRun.Of("wire", "--tpm", "sim:spi,wait=3", "--json").Json;

        Assert.All(json.GetProperty("wire").GetProperty("frames").EnumerateArray(), static f => Assert.Equal(3, f.GetProperty("waits").GetInt32()));
    }

    [Theory]
    [InlineData("sim:i2c", "read STS         901400", "read DATA_CSUM   ")]
    [InlineData("sim:ftdi-i2c", "read STS         901400", "read DATA_CSUM   ")]
    [InlineData("sim:i2c,profile=slb9635-i2c", "read STS+1_0       080000         burstCount 8", "write DATA_FIFO_0  08             command, byte 14 of 14")]
    [InlineData("sim:i2c,profile=at97sc3204t", "write   00c10000000e…  command, 14 bytes: TPM 1.2 ordinal 0x46", "read    00c400000016…  response, 22 bytes: TPM_RC_SUCCESS")]
    public void I2c_is_shown_as_the_chip_has_it(string tpm, params string[] rows)
    {
        CliRun run = CliRun.Of("wire", "--tpm", tpm);

        Assert.Equal((0, ""), (run.ExitCode, run.ErrorText));
        Assert.All(rows, row => Assert.Contains(row, run.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("waits", run.Text, StringComparison.Ordinal);
        Assert.Matches(@" µs at \d+ kHz\n", run.Text);
    }

    [Fact]
    public void A_message_that_is_not_acknowledged_is_shown_as_such()
    {
        string[] tpm = ["wire", "--tpm", "sim:i2c,fault=nack-every:5"];

        Assert.Matches("read STS +not acknowledged: busy, or nothing there\n", CliRun.Of(tpm).Text);
        JsonElement wire = CliRun.Of([.. tpm, "--json"]).Json.GetProperty("wire");
        Assert.Equal("i2c", wire.GetProperty("bus").GetString());
        Assert.Equal(["done", "not_acknowledged"], wire.GetProperty("frames").EnumerateArray().Select(static f => f.GetProperty("outcome").GetString()).Distinct().Order());
    }

    [Theory]
    [InlineData("miso-stuck-low", "MISO is low: nothing answers; ")]
    [InlineData("miso-floating", "all ones: nothing answers")]
    public void A_tpm_that_can_not_be_opened_shows_what_was_tried(string fault, string meaning)
    {
        CliRun run = CliRun.Of("wire", "--tpm", "sim:spi,fault=" + fault);

        Assert.Equal(4, run.ExitCode);
        Assert.StartsWith("Opening, which failed\n", run.Text, StringComparison.Ordinal);
        Assert.Contains(meaning, run.Text, StringComparison.Ordinal);
        Assert.True(run.Text.Count(static c => c == '\n') < 40, run.Text);
        Assert.StartsWith("tpmhw: ", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_is_not_the_commands_is_refused_before_anything_is_sent()
    {
        CliRun run = CliRun.Of("wire", "8001000000ff00000144");

        Assert.Equal((2, ""), (run.ExitCode, run.Text));
        Assert.Contains("its header says 255", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transport_without_a_wire_of_its_own_says_so_and_sends_nothing()
    {
        CliRun run = CliRun.Of("wire", "--tpm", "libtpms", "--verbose");

        Assert.Equal((5, ""), (run.ExitCode, run.Text));
        Assert.StartsWith("tpmhw: 'libtpms' has no wire that is seen from here.\n", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains("spidev:", run.ErrorText, StringComparison.Ordinal);
    }
}
