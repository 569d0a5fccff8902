using System.Text.Json;

namespace TpmHw.Cli.Tests;

public sealed class GetCapTests
{
    [Fact]
    public void The_names_are_those_of_tpm2_getcap()
    {
        Assert.Equal(
            """
            - algorithms
            - commands
            - pcrs
            - properties-fixed
            - properties-variable
            - ecc-curves
            - handles-transient
            - handles-persistent
            - handles-permanent
            - handles-pcr
            - handles-nv-index
            - handles-loaded-session
            - handles-saved-session

            """,
            CliRun.Of("getcap", "-l").Text);
    }

    [Fact]
    public void Fixed_properties_are_written_as_tpm2_getcap_does()
    {
        string text = CliRun.OnNewTpm("getcap", "properties-fixed").Text;

        Assert.StartsWith(
            """
            TPM2_PT_FAMILY_INDICATOR:
              raw: 0x322E3000
              value: "2.0"
            TPM2_PT_LEVEL:
              raw: 0

            """,
            text,
            StringComparison.Ordinal);
        Assert.Contains("TPM2_PT_VENDOR_STRING_1:\n  raw: 0x53572020\n  value: \"SW\"\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Flags_line_up_as_tpm2_getcap_has_them()
    {
        string text = CliRun.OnNewTpm("getcap", "properties-variable").Text;

        Assert.StartsWith("TPM2_PT_PERMANENT:\n  ownerAuthSet:              0\n", text, StringComparison.Ordinal);
        Assert.Contains("\nTPM2_PT_MAX_AUTH_FAIL: 0x3\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("algorithms", "sha256:\n  value:      0xB\n  asymmetric: 0\n  symmetric:  0\n  hash:       1\n")]
    [InlineData("commands", "TPM2_CC_GetRandom:\n  value: 0x200017B\n  commandIndex: 0x17b\n", false)]
    [InlineData("commands", "TPM2_CC_PCR_Extend:\n  value: 0x2400182\n  commandIndex: 0x182\n  reserved1:    0x0\n  nv:           1\n")]
    [InlineData("pcrs", "selected-pcrs:\n  - sha1: [ 0, 1, 2, 3,")]
    [InlineData("ecc-curves", "TPM2_ECC_NIST_P256: 0x3\n")]
    [InlineData("handles-permanent", "- 0x40000001\n")]
    [InlineData("handles-pcr", "- 0x17\n")]
    public void Each_capability_has_the_form_of_tpm2_getcap(string capability, string part, bool contains = true)
    {
        CliRun run = CliRun.OnNewTpm("getcap", capability);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(contains, run.Text.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_has_the_names_of_the_yaml()
    {
        JsonElement permanent = CliRun.OnNewTpm("getcap", "properties-variable", "--json").Json.GetProperty("TPM2_PT_PERMANENT");
        JsonElement revision = CliRun.OnNewTpm("getcap", "properties-fixed", "--json").Json.GetProperty("TPM2_PT_REVISION");
        JsonElement pcrs = CliRun.OnNewTpm("getcap", "pcrs", "--json").Json.GetProperty("selected-pcrs");
        JsonElement handles = CliRun.OnNewTpm("getcap", "handles-permanent", "--json").Json;

        Assert.False(permanent.GetProperty("inLockout").GetBoolean());
        Assert.InRange(revision.GetProperty("value").GetDecimal(), 1.38m, 1.99m);
        Assert.Contains(pcrs.EnumerateArray(), static bank => bank.TryGetProperty("sha256", out JsonElement list) && list.GetArrayLength() == 24);
        Assert.Equal(0x40000001, handles[0].GetInt32());
    }

    [Fact]
    public void A_capability_that_there_is_not_is_bad_usage_with_a_suggestion()
    {
        CliRun run = CliRun.OnNewTpm("getcap", "properties-fix");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("'properties-fixed'", run.ErrorText, StringComparison.Ordinal);
        Assert.Equal(2, CliRun.OnNewTpm("getcap").ExitCode);
    }
}
