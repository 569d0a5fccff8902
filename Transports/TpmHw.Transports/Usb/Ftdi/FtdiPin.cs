using System.Globalization;

namespace TpmHw.Transports.Usb;

/// <summary>A line of a channel: bits 0 to 7 are ADBUS, 8 to 15 ACBUS (BDBUS and BCBUS of channel B).</summary>
/// <param name="Number">The bit.</param>
internal readonly record struct FtdiPin(int Number)
{
    public const int ClockNumber = 0, OutputNumber = 1, InputNumber = 2, ChipSelectNumber = 3, ClockEchoNumber = 7;

    /// <summary>Where a chip select is expected, as in every FTDI document.</summary>
    public static FtdiPin ChipSelect { get; } = new(ChipSelectNumber);

    private const int FirstFree = ChipSelectNumber, LowLines = 8, AllLines = 16, FirstGpio = 4;

    public ushort Mask => (ushort)(1 << Number);

    public bool IsHigh => Number >= LowLines;

    /// <summary>Reads <c>adbus4</c>, <c>gpiol0</c> (which is the same line), <c>acbus0</c> or <c>gpioh0</c>.</summary>
    public static bool TryParse(string text, out FtdiPin pin)
    {
        (string Prefix, int First, int Last)[] names = [("adbus", 0, LowLines - 1), ("gpiol", FirstGpio, LowLines - 1), ("acbus", LowLines, AllLines - 1), ("gpioh", LowLines, AllLines - 1)];
        foreach ((string prefix, int first, int last) in names)
        {
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && int.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                pin = new FtdiPin(first + number);
                return pin.Number <= last && pin.Number >= FirstFree;
            }
        }

        pin = default;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsHigh ? "ACBUS" : "ADBUS")}{Number % LowLines}");
}
