using TpmHw.Transport;

namespace TpmHw.Transports;

/// <summary>
/// The options that every connection string takes, whatever its transport is: which TPM is the right one, and whether commands
/// are protected on the way to it. They become <see cref="Tpm2Options"/>.
/// </summary>
/// <remarks>Where a command line takes all of the text (<c>cmd:</c>), they stand before it: <c>cmd:pin=board.pin,ssh board tpmhw pipe</c>.</remarks>
public static class ProtectionOptions
{
    internal const string Pin = "pin";
    internal const string Trust = "trust";
    internal const string Protect = "protect";
    internal const string On = "on";
    internal const string Off = "off";
    internal const string Auto = "auto";

    /// <summary>The options.</summary>
    public static IReadOnlyList<TransportOption> All { get; } =
    [
        new(Pin, "file that remembers the TPM: made at first use, checked ever after", TransportOptionKind.Path),
        new(Trust, "who must have certified the TPM: a file or folder with certificates of its maker", TransportOptionKind.Path),
        new(Protect, "whether commands are protected; auto is on, unless the TPM is in this process", TransportOptionKind.Choice, Auto) { Choices = [On, Off, Auto] },
    ];

    /// <summary>How much of a text is such options before something else, their last comma included.</summary>
    internal static int LengthOfLead(string text)
    {
        int start = 0;
        while (All.Any(option => text.AsSpan(start).StartsWith(option.Name + "=", StringComparison.Ordinal)))
        {
            int comma = start;
            do
            {
                comma = text.IndexOf(',', comma + 1);
            }
            while (comma > 0 && text[comma - 1] == '\\');

            if (comma < 0)
            {
                return text.Length;
            }

            start = comma + 1;
        }

        return start;
    }
}
