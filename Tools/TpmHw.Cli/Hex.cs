using System.Globalization;
using TpmHw.Cli.Errors;

namespace TpmHw.Cli;

/// <summary>What is typed as numbers and hex digits.</summary>
internal static class Hex
{
    /// <summary>Bytes from hex digits; 0x, blanks, colons and line ends are allowed between bytes.</summary>
    /// <exception cref="CliException">There is something else, or half a byte.</exception>
    public static byte[] Bytes(string text, string what)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        digits = string.Concat(digits.Split([' ', ':', '\t', '\r', '\n']));
        byte[] bytes = new byte[digits.Length / 2];
        if (digits.Length % 2 != 0 || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw CliException.Usage($"{what} is not in hex digits: '{Short(text)}'.", "Two digits from 0 to f for each byte.");
        }

        return bytes;
    }

    /// <summary>A number, decimal or 0x….</summary>
    public static bool TryNumber(string text, out uint value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
