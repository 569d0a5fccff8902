namespace TpmHw.Cli.Tests;

public sealed class TransmitTests
{
    private const string Startup = "80010000000c000001440000";
    private const string GetRandom = "80010000000c0000017b0008";

    [Fact]
    public void Commands_in_hex_digits_are_answered_in_hex_digits_where_asked()
    {
        CliRun run = CliRun.OnNewTpm("transmit", "--hex", Startup, GetRandom);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^80010000000a0000000080010000001400000000[0-9a-f]{20}$", run.Text);
    }

    [Fact]
    public void Commands_as_bytes_are_answered_in_bytes()
    {
        CliRun run = CliRun.Of(["transmit", "-T", "libtpms"], Convert.FromHexString(Startup + GetRandom));

        Assert.Equal(30, run.Bytes.Length);
        Assert.Equal("80010000000A00000000", Convert.ToHexString(run.Bytes.AsSpan(0, 10)));
    }

    [Fact]
    public void A_terminal_is_shown_hex_digits_and_a_line_end()
    {
        Assert.Equal("80010000000a00000000\n", CliRun.Of(["transmit", "-T", "libtpms", Startup], terminal: true).Text);
    }

    [Theory]
    [InlineData("80 01 00 00 00 0c 00 00 01 44 00 00")]
    [InlineData("0x80010000000C000001440000")]
    [InlineData("80:01:00:00:00:0c:00:00:01:44:00:00")]
    public void Hex_digits_may_be_written_as_people_write_them(string command)
    {
        Assert.Equal("80010000000a00000000", CliRun.OnNewTpm("transmit", "--hex", command).Text);
    }

    [Fact]
    public void An_error_response_is_a_response()
    {
        CliRun run = CliRun.OnNewTpm("transmit", "--json", GetRandom);

        Assert.Equal(0, run.ExitCode);
        var exchange = Assert.Single(run.Json.EnumerateArray());
        Assert.Equal(GetRandom, exchange.GetProperty("command").GetString());
        Assert.Equal("80010000000a00000100", exchange.GetProperty("response").GetString());
        Assert.Equal(0x100, exchange.GetProperty("response_code").GetInt32());
    }

    [Theory]
    [InlineData("8001", "2 bytes")]
    [InlineData("80010000000d000001440000", "its header says 13")]
    [InlineData("800100000009000001440000", "its header says 9")]
    [InlineData("8001ffffffff000001440000", "its header says 4294967295")]
    [InlineData(Startup + "80", "Command 2 has 1 bytes")]
    [InlineData("8001000g", "not in hex digits")]
    [InlineData("800", "not in hex digits")]
    public void What_is_no_command_is_not_sent(string command, string complaint)
    {
        CliRun run = CliRun.OnNewTpm("transmit", command);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(complaint, run.ErrorText, StringComparison.Ordinal);
        Assert.Empty(run.Bytes);
    }

    [Fact]
    public void Nothing_to_send_is_bad_usage()
    {
        Assert.Equal(2, CliRun.Of(["transmit", "-T", "libtpms"], terminal: true).ExitCode);
        Assert.Equal(2, CliRun.Of("transmit", "-T", "libtpms").ExitCode);
    }
}
