using System.Text.RegularExpressions;
using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests;

/// <summary><c>tpmhw rc-decode</c> says of whom and of what a code speaks as tpm2_rc_decode does. What follows is each side's own words.</summary>
public sealed partial class ResponseCodeAgreementTests
{
    [Fact]
    public async Task Every_shape_of_response_code_has_the_same_layer_and_subject()
    {
        string[] codes = [.. Codes().Select(static c => $"0x{c:X}")];
        Assert.True(codes.Length >= 200, $"{codes.Length} codes");

        // Theirs takes one code each time; ours takes them all, and indents what it adds.
        ProgramRun theirs = (await ProgramRun.Of("bash", ["-euc", "for code in \"$@\"; do tpm2 rc_decode $code; done", "bash", .. codes])).Succeeded();
        ProgramRun ours = (await ProgramRun.Of(Repository.Tpmhw, ["rc-decode", .. codes])).Succeeded();

        Assert.Equal(
            codes.Zip(Lines(theirs).Select(Prefix)),
            codes.Zip(Lines(ours).Where(static l => !l.StartsWith(' ')).Select(Prefix)));
    }

    private static IEnumerable<uint> Codes()
    {
        yield return 0;

        // Format 0 (Part 2, 6.6.3): errors and warnings that the specification assigns.
        foreach (uint code in (uint[])[0x100, 0x101, 0x103, 0x10B, 0x119, 0x120, 0x121, 0x124, 0x128, 0x12F, 0x142, 0x14C, 0x153, 0x155])
        {
            yield return code;
        }

        for (uint code = 0x901; code <= 0x908; code++)
        {
            yield return code;
        }

        foreach (uint code in (uint[])[0x90A, 0x910, 0x916, 0x920, 0x921, 0x922, 0x923])
        {
            yield return code;
        }

        // Vendor's codes, and those of a TPM 1.2.
        foreach (uint code in (uint[])[0x500, 0x57F, 0xD00, 0x001, 0x01E, 0x026, 0x063])
        {
            yield return code;
        }

        // Format 1: each error alone, then each subject with each of its numbers.
        const uint Parameter = 0x040;
        const uint Session = 0x800;
        foreach (uint error in (uint[])[0x81, 0x82, 0x83, 0x84, 0x85, 0x87, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x92, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7])
        {
            yield return error;
            yield return error | Parameter | 0x100;
        }

        foreach (uint error in (uint[])[0x84, 0x8B, 0x8E, 0x95, 0xA2])
        {
            for (uint number = 1; number <= 7; number++)
            {
                yield return error | number << 8;
                yield return error | number << 8 | Parameter;
                yield return error | number << 8 | Session;
            }
        }

        // The layers of tpm2-tss: FAPI, ESAPI, SAPI, MU, TCTI; and the resource manager, which passes on the TPM's own.
        foreach (uint layer in (uint[])[0x60000, 0x70000, 0x80000, 0x90000, 0xA0000])
        {
            yield return layer | 0x0001;
            yield return layer | 0x000A;
        }

        yield return 0xB0000 | 0x18B;
        yield return 0xB0000 | 0x902;
    }

    private static string[] Lines(ProgramRun run) => run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Prefix(string line) => LayerAndSubject().Match(line).Value;

    [GeneratedRegex(@"^\w+:((handle|parameter|session)\((\d+|unk)\):|(error|warn)\((1\.2|2\.0)\): )?")]
    private static partial Regex LayerAndSubject();
}
