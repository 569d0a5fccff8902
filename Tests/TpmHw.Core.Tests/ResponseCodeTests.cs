using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests;

public sealed class ResponseCodeTests
{
    [Theory]
    // The examples that people meet, of each scheme and each layer.
    [InlineData(0x00000000, "TPM_RC_SUCCESS (0x000)", TpmResponseFormat.Format0, TpmResponseLayer.Tpm)]
    [InlineData(0x00000100, "TPM_RC_INITIALIZE (0x100)", TpmResponseFormat.Format0, TpmResponseLayer.Tpm)]
    [InlineData(0x00000922, "TPM_RC_RETRY (0x922)", TpmResponseFormat.Format0, TpmResponseLayer.Tpm)]
    [InlineData(0x0000098E, "TPM_RC_AUTH_FAIL (0x98E, session 1)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x0000018B, "TPM_RC_HANDLE (0x18B, handle 1)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x000002C4, "TPM_RC_VALUE (0x2C4, parameter 2)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x00000FC4, "TPM_RC_VALUE (0xFC4, parameter 15)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x000000C4, "TPM_RC_VALUE (0x0C4, parameter)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x0000088E, "TPM_RC_AUTH_FAIL (0x88E, session)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x00000084, "TPM_RC_VALUE (0x084)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x0000001E, "TPM_BADTAG (0x01E)", TpmResponseFormat.Tpm12, TpmResponseLayer.Tpm)]
    [InlineData(0x00000803, "TPM_DEFEND_LOCK_RUNNING (0x803)", TpmResponseFormat.Tpm12, TpmResponseLayer.Tpm)]
    [InlineData(0x000B0143, "TPM_RC_COMMAND_CODE (0xB0143, from the resource manager)", TpmResponseFormat.Format0, TpmResponseLayer.ResourceManager)]
    [InlineData(0x000B0005, "TSS2_RESMGR_RC_BAD_REFERENCE (0xB0005, from the resource manager)", TpmResponseFormat.Tss, TpmResponseLayer.ResourceManager)]
    [InlineData(0x000A000A, "TSS2_TCTI_RC_IO_ERROR (0xA000A)", TpmResponseFormat.Tss, TpmResponseLayer.Tcti)]
    [InlineData(0x00060031, "TSS2_FAPI_RC_NO_TPM (0x60031)", TpmResponseFormat.Tss, TpmResponseLayer.Fapi)]
    [InlineData(0x00070018, "TSS2_ESYS_RC_BAD_TR (0x70018)", TpmResponseFormat.Tss, TpmResponseLayer.Esapi)]
    [InlineData(0x80280001, "TPM_AUTHFAIL (0x80280001, from Windows)", TpmResponseFormat.Tpm12, TpmResponseLayer.Windows)]
    [InlineData(0x8028098E, "TPM_RC_AUTH_FAIL (0x8028098E, session 1, from Windows)", TpmResponseFormat.Format1, TpmResponseLayer.Windows)]
    [InlineData(0x80280400, "TPM_E_COMMAND_BLOCKED (0x80280400, from Windows)", TpmResponseFormat.Windows, TpmResponseLayer.Windows)]
    [InlineData(0x8028400F, "TBS_E_TPM_NOT_FOUND (0x8028400F, from Windows)", TpmResponseFormat.Windows, TpmResponseLayer.Windows)]
    [InlineData(0x80290401, "TPM_E_PCP_DEVICE_NOT_READY (0x80290401, from Windows)", TpmResponseFormat.Windows, TpmResponseLayer.Windows)]
    // Codes that nobody assigns still say what their bits say.
    [InlineData(0x000009FF, "unassigned (0x9FF, parameter 9)", TpmResponseFormat.Format1, TpmResponseLayer.Tpm)]
    [InlineData(0x00000102, "unassigned (0x102)", TpmResponseFormat.Format0, TpmResponseLayer.Tpm)]
    [InlineData(0x00000060, "unassigned (0x060)", TpmResponseFormat.Tpm12, TpmResponseLayer.Tpm)]
    [InlineData(0x00000501, "vendor-specific (0x501)", TpmResponseFormat.Format0, TpmResponseLayer.Tpm)]
    [InlineData(0x00000401, "vendor-specific (0x401)", TpmResponseFormat.Tpm12, TpmResponseLayer.Tpm)]
    [InlineData(0x00060099, "unassigned (0x60099)", TpmResponseFormat.Tss, TpmResponseLayer.Fapi)]
    [InlineData(0x00030001, "unassigned (0x30001)", TpmResponseFormat.Tss, (TpmResponseLayer)3)]
    [InlineData(0x80284099, "unassigned (0x80284099, from Windows)", TpmResponseFormat.Windows, TpmResponseLayer.Windows)]
    [InlineData(0xFF00098E, "unassigned (0xFF00098E)", TpmResponseFormat.Unknown, TpmResponseLayer.Tpm)]
    public void A_code_says_what_it_is(uint value, string text, TpmResponseFormat format, TpmResponseLayer layer)
    {
        var code = new TpmResponseCode(value);
        Assert.Equal(text, code.ToString());
        Assert.Equal(format, code.Format);
        Assert.Equal(layer, code.Layer);
    }

    [Theory]
    [InlineData(0x98E, 0x08E)]
    [InlineData(0xFC4, 0x084)]
    [InlineData(0x922, 0x922)]
    [InlineData(0x01E, 0x01E)]
    [InlineData(0xB0143, 0x143)]
    [InlineData(0xA000A, 0xA000A)]
    [InlineData(0x8028098E, 0x08E)]
    [InlineData(0x80280400, 0x80280400)]
    public void The_base_has_no_subject_and_no_messenger(uint value, uint expected)
    {
        Assert.Equal(new TpmResponseCode(expected), new TpmResponseCode(value).Base);
    }

    [Theory]
    [InlineData(0x922, true)]
    [InlineData(0x800, true)]
    [InlineData(0xB0922, true)]
    [InlineData(0x80280922, true)]
    [InlineData(0x98E, false)] // bit 11 means a session here
    [InlineData(0x100, false)]
    [InlineData(0xA0009, false)]
    public void Only_format_0_and_tpm_12_have_warnings(uint value, bool warning)
    {
        Assert.Equal(warning, new TpmResponseCode(value).IsWarning);
    }

    /// <summary>How many codes each specification or header file names.</summary>
    [Theory]
    [InlineData(0x080, 0x0BF, 41)] // Part 2, RC_FMT1
    [InlineData(0x100, 0x17F, 35)] // Part 2, RC_VER1
    [InlineData(0x900, 0x97F, 29)] // Part 2, RC_WARN
    [InlineData(0x001, 0x063, 98)] // Main Part 2, 16: all but 0x60
    [InlineData(0x800, 0x803, 4)]
    [InlineData(0x60001, 0x600FF, 54)]
    [InlineData(0x80280400, 0x80280404, 5)]
    [InlineData(0x80284000, 0x802840FF, 22)]
    [InlineData(0x80290100, 0x802901FF, 47)]
    [InlineData(0x80290200, 0x802902FF, 28)]
    [InlineData(0x80290300, 0x802903FF, 5)]
    [InlineData(0x80290400, 0x802904FF, 34)]
    [InlineData(0x40290400, 0x402904FF, 4)]
    public void Every_assigned_code_has_its_own_name_and_a_sentence(uint first, uint last, int count)
    {
        var names = new HashSet<string>();
        for (uint value = first; value <= last; value++)
        {
            var code = new TpmResponseCode(value);
            if (code.Name is "unassigned" or "vendor-specific")
            {
                continue;
            }

            Assert.True(names.Add(code.Name), code.Name);
            Assert.Matches(@"^[A-Z].*\.$", code.Description);
            Assert.True(code.Advice.Length == 0 || code.Advice[^1] is '.' or '?', code.Advice);
        }

        Assert.Equal(count, names.Count);
    }

    [Fact]
    public void No_value_at_all_fails_to_decode()
    {
        foreach (uint high in (uint[])[0, 0x00060000, 0x000B0000, 0x000C0000, 0x80280000, 0x80290000, 0x40290000, 0xFFFF0000])
        {
            for (uint low = 0; low <= 0xFFFF; low += 7)
            {
                Assert.NotEmpty(new TpmResponseCode(high | low).ToString());
            }
        }
    }

    [Fact]
    public void The_exception_names_command_code_subject_and_a_way_out()
    {
        var exception = new TpmCommandException(new(0x98E), TpmCc.Unseal);
        Assert.Equal("TPM2_Unseal failed: TPM_RC_AUTH_FAIL (0x98E, session 1): " + exception.Code.Description, exception.Message);
        Assert.Equal(exception.Code.Advice, exception.Advice);
        Assert.NotEmpty(exception.Advice);
    }

    [Fact]
    public void The_exception_names_a_command_it_does_not_know_by_its_number()
    {
        Assert.StartsWith("The command 0x20000001 failed: ", new TpmCommandException(new(0x101), (TpmCc)0x20000001).Message, StringComparison.Ordinal);
    }
}
