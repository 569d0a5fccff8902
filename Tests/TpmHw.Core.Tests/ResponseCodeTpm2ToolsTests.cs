using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TpmHw.Wire;

namespace TpmHw.Core.Tests;

/// <summary>The prefixes of tpm2_rc_decode, against the tool and against the library that it asks (tpm2-tools depends on it).</summary>
public sealed partial class ResponseCodeTpm2ToolsTests
{
    /// <summary>Its name changed between the releases of tpm2-tss.</summary>
    private const uint DriverLayer = 13;

    [Fact]
    public async Task The_tool_prints_the_same_prefix()
    {
        uint[] codes = [.. CodesOfEveryShape().Distinct()];
        string[] answers = await DecodeAsync(codes);
        Assert.Equal(codes.Length, answers.Length);
        Assert.Empty(codes.Zip(answers, Difference).OfType<string>());
    }

    [Fact]
    public void The_tools_library_agrees_on_every_16_bit_code_of_every_layer()
    {
        var differences = new List<string>();
        for (uint layer = 0; layer <= 0xFF; layer++)
        {
            // All codes where the TPM's codes are spoken; the others look at no bits at all.
            uint step = layer is 0 or 11 ? 1u : 0x101u;
            for (uint low = 0; low <= 0xFFFF && layer != DriverLayer && differences.Count < 10; low += step)
            {
                uint code = (layer << 16) | low;
                differences.AddRange(new[] { Difference(code, Marshal.PtrToStringUTF8(Decode(code))!) }.OfType<string>());
            }
        }

        Assert.Empty(differences);
    }

    private static string? Difference(uint value, string answer)
    {
        string prefix = new TpmResponseCode(value).ToTpm2ToolsPrefix();
        return Prefix().Match(answer).Value == prefix ? null : $"0x{value:X}: '{prefix}', not as in '{answer}'";
    }

    private static IEnumerable<uint> CodesOfEveryShape()
    {
        // Format 1: each base with a handle, a session, a parameter; one base with every number of each.
        for (uint error = 0x081; error <= 0x0A7; error++)
        {
            yield return 0x100 | error;
            yield return 0x900 | error;
            yield return 0x140 | error;
        }

        for (uint number = 0; number <= 15; number++)
        {
            yield return 0x084 | (number << 8);
            yield return 0x0C4 | (number << 8);
        }

        // Format 0: an assigned and an unassigned code of each kind, vendor's, TPM 1.2's; then layers and Windows.
        uint[] others =
        [
            0x000, 0x001, 0x01E, 0x063, 0x100, 0x101, 0x102, 0x143, 0x154, 0x156, 0x300, 0x400, 0x500, 0x57F,
            0x800, 0x803, 0x900, 0x901, 0x910, 0x91E, 0x91F, 0x921, 0x922, 0x924, 0xB00, 0xC00, 0xD01,
            0x60000, 0x60001, 0x70018, 0x80007, 0x90010, 0xA000A, 0xB0000, 0xB0143, 0xB098E, 0xB0922, 0xC098E, 0xE0001,
            0x80280001, 0x80280400, 0x80284001, 0x80290401, 0xFF00098E, 0xFFFFFFFF,
        ];
        foreach (uint code in others)
        {
            yield return code;
        }
    }

    /// <summary>One shell runs the tool on all codes; each answer is a line.</summary>
    private static async Task<string[]> DecodeAsync(uint[] codes)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("while read -r code; do tpm2_rc_decode \"$code\"; done");
        using Process shell = Process.Start(start)!;
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        foreach (uint code in codes)
        {
            await shell.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"0x{code:X}"));
        }

        shell.StandardInput.Close();
        string text = await output.WaitAsync(TimeSpan.FromSeconds(60));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"^[a-z0-9]+:((handle|parameter|session)\((\d|unk)\):|(error|warn)\((1\.2|2\.0)\): )?")]
    private static partial Regex Prefix();

    [LibraryImport("libtss2-rc.so.0", EntryPoint = "Tss2_RC_Decode")]
    private static partial nint Decode(uint code);
}
