using System.Text.RegularExpressions;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>The tags of messages have their numbers in Wire, and commands are made from declarations, not from bytes.</summary>
public sealed partial class MessageTagTests
{
    [Fact]
    public void A_tag_is_a_bare_number_nowhere_but_in_Wire()
    {
        string[] found =
        [
            .. SourceFiles.OutsideWire().SelectMany(static file => SourceFiles.Lines(file)
                .Select((line, i) => (Text: SourceFiles.Code(line), Line: i + 1))
                .Where(static line => Tag().IsMatch(line.Text)).Select(line => $"{file}:{line.Line}: {line.Text.Trim()}")),
        ];

        Assert.True(found.Length == 0, $"Use TpmHeader, TpmCommandBytes or Tpm12Command:\n{string.Join('\n', found)}");
    }

    [Theory]
    [InlineData("private const ushort Request = 0x00C1;")]
    [InlineData("header.Tag == 0x8002")]
    [InlineData("byte[] startup = [0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0];")]
    [InlineData("[0x00, 0xC1, 0, 0, 0, 14, 0, 0, 0, 0x46, 0, 0, 0, 8]")]
    public void A_line_with_a_bare_tag_is_found(string line) => Assert.Matches(Tag(), SourceFiles.Code(line));

    [Theory]
    [InlineData("if (header.Tag == TpmHeader.Sessions) // 0x8002")]
    [InlineData("public const uint ReadBits = 0x80016B03;")]
    public void A_line_without_one_is_not(string line) => Assert.DoesNotMatch(Tag(), SourceFiles.Code(line));

    /// <summary>A tag of either family, as a number or as the first bytes of a message.</summary>
    [GeneratedRegex(@"\b0x(?:800[12]|00[cC][1-6])\b|0x80, (?:0x0)?[12], 0, 0|(?:0x0)?0, 0x[cC][1-6], 0, 0")]
    private static partial Regex Tag();
}
