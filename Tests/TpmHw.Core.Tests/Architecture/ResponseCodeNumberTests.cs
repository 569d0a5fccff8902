using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>Response codes have their numbers in Wire (<see cref="TpmRc"/>, <see cref="Tpm12Rc"/>), and names everywhere else.</summary>
public sealed partial class ResponseCodeNumberTests
{
    // Files in which such a number is something else, or still is a response code. An entry that is no longer needed fails.
    private static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["Tools/TpmHw.Cli/Capabilities/PropertyDocuments.cs"] = "groups of TPM_PT",
        ["Tools/TpmHw.Cli/Info/Tpm20Description.cs"] = "groups of TPM_PT",
        ["Transports/TpmHw.Simulation/Usb/Ftdi/MpsseModel.cs"] = "FTDI's command codes",
        ["Transports/TpmHw.Transports/Gpio/GpioAbi.cs"] = "flags of a line",
        ["Transports/TpmHw.Transports/Linux/Libc.cs"] = "flags of open",
        ["Transports/TpmHw.Transports/Serving/SwtpmControlChannel.cs"] = "flags of swtpm's abilities",
    };

    private static readonly HashSet<uint> s_codes = [.. Codes(typeof(TpmRc)).Concat(Codes(typeof(Tpm12Rc))).Select(static c => c.Value)];

    [Fact]
    public void A_response_code_is_a_bare_number_nowhere_but_in_Wire()
    {
        string[] found =
        [
            .. SourceFiles.OutsideWire().Where(static source => !s_exceptions.ContainsKey(source))
                .SelectMany(static source => Numbers(SourceFiles.Lines(source)).Select(hit => $"{source}:{hit.Line}: {hit.Text}")),
        ];

        Assert.True(found.Length == 0, $"Give it its name in TpmRc or Tpm12Rc, or this test the reason why it is no response code:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void An_exception_for_a_file_is_needed() => Assert.All(s_exceptions.Keys, static source => Assert.NotEmpty(Numbers(SourceFiles.Lines(source))));

    [Theory]
    [InlineData("if (code == 0x101)")]
    [InlineData("const uint Sequence = 0x103; // TPM_RC_SEQUENCE")]
    [InlineData("0x08E or 0x9A2 => ExitCode.Authorization,")]
    [InlineData("if (header.Code == 38)")]
    [InlineData("e.Code.Base.Value is 0x26")]
    [InlineData("case 0x80280400:")]
    public void A_line_with_a_bare_response_code_is_found(string line) => Assert.NotEmpty(Numbers([line]));

    [Theory]
    [InlineData("if (code == TpmRc.Failure) // 0x101")]
    [InlineData("new(\"such as 0x101\")")]
    [InlineData("byte[] key = [0x81, 0x90];")]
    [InlineData("process.ExitCode == 0")]
    public void A_line_without_one_is_not(string line) => Assert.Empty(Numbers([line]));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_name_of_a_code_is_the_specifications(string name, uint code, string prefix) =>
        Assert.Equal(prefix + name.ToUpperInvariant(), new TpmResponseCode(code).Name.Replace("_", "", StringComparison.Ordinal));

    public static TheoryData<string, uint, string> Names()
    {
        var names = new TheoryData<string, uint, string>();
        foreach ((string name, uint value) in Codes(typeof(TpmRc)).Where(static c => c.Value < TpmRc.CommandBlocked))
        {
            // TPM 1.2 had this one first.
            names.Add(name, value, value == TpmRc.BadTag ? "TPM" : "TPMRC");
        }

        foreach ((string name, uint value) in Codes(typeof(Tpm12Rc)))
        {
            names.Add(name, value, "TPM");
        }

        return names;
    }

    /// <summary>The codes of a list, without success and without what is added to codes.</summary>
    private static IEnumerable<(string Name, uint Value)> Codes(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(static field => field.IsLiteral
            && field.Name is not (nameof(TpmRc.Success) or nameof(TpmRc.P) or nameof(TpmRc.S) or nameof(TpmRc.N1) or nameof(TpmRc.ResourceManagerLayer)))
        .Select(static field => (field.Name, (uint)field.GetRawConstantValue()!));

    private static IEnumerable<(int Line, string Text)> Numbers(string[] lines)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            string code = SourceFiles.Code(lines[i]);
            if (Hex().Matches(code).Any(static hex => s_codes.Contains(uint.Parse(hex.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)))
                || Comparison().IsMatch(code))
            {
                yield return (i + 1, code.Trim());
            }
        }
    }

    /// <summary>Three digits, as response codes are written, or a code of Windows' that stands for one.</summary>
    [GeneratedRegex(@"\b0x(?:[0-9A-Fa-f]{3}|8028[0-9A-Fa-f]{4})\b")]
    private static partial Regex Hex();

    /// <summary>A code that is compared with a number.</summary>
    [GeneratedRegex(@"(?<!Exit)(?:[cC]ode|\bRc|\brc)(?:\.Base)?(?:\.Value)?\)? (?:==|!=|>=|<=|<|>|is|is not) \(?(?:0x[0-9A-Fa-f]+|\d+)\b")]
    private static partial Regex Comparison();
}
