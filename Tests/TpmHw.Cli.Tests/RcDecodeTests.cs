namespace TpmHw.Cli.Tests;

public sealed class RcDecodeTests
{
    [Theory]
    [InlineData("0x1d5", "tpm:parameter(1):", "TPM_RC_SIZE (0x1D5, parameter 1)")]
    [InlineData("0x98e", "tpm:session(1):", "TPM_RC_AUTH_FAIL (0x98E, session 1)")]
    [InlineData("0x18b", "tpm:handle(1):", "TPM_RC_HANDLE (0x18B, handle 1)")]
    [InlineData("0x101", "tpm:error(2.0): ", "TPM_RC_FAILURE (0x101)")]
    [InlineData("0x922", "tpm:warn(2.0): ", "TPM_RC_RETRY (0x922)")]
    [InlineData("721219", "rmt:error(2.0): ", "TPM_RC_COMMAND_CODE (0xB0143")]
    public void A_code_is_told_after_what_tpm2_rc_decode_prints_before_its_own_words(string code, string start, string name)
    {
        CliRun run = CliRun.Of("rc-decode", code);

        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith(start, run.Text, StringComparison.Ordinal);
        Assert.Contains(name, run.Text, StringComparison.Ordinal);
        Assert.Contains("\n  to do  ", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_takes_a_code_apart()
    {
        var code = Assert.Single(CliRun.Of("rc-decode", "0x2c4", "--json").Json.EnumerateArray());

        Assert.Equal(0x2C4, code.GetProperty("code").GetInt32());
        Assert.Equal(0x084, code.GetProperty("base").GetInt32());
        Assert.Equal("TPM_RC_VALUE", code.GetProperty("name").GetString());
        Assert.Equal("Parameter", code.GetProperty("subject").GetString());
        Assert.Equal(2, code.GetProperty("subject_number").GetInt32());
    }

    [Theory]
    [InlineData("98e", "write 0x98e")]
    [InlineData("0x100000000", "in decimal digits")]
    [InlineData("code", "in decimal digits")]
    public void What_is_no_code_is_bad_usage(string code, string advice)
    {
        CliRun run = CliRun.Of("rc-decode", code);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(advice, run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_with_an_underscore_works_too()
    {
        Assert.Equal(CliRun.Of("rc-decode", "0x101").Text, CliRun.Of("rc_decode", "0x101").Text);
    }
}
