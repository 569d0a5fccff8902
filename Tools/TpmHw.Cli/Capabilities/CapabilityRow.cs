using TpmHw.Cli.Output;

namespace TpmHw.Cli.Capabilities;

/// <summary>A capability by the name that tpm2_getcap gives it, and how its document is written.</summary>
internal sealed record CapabilityRow(string Name, Action<CapabilityReader, DocumentWriter> Write)
{
    /// <summary>All of them, in the order of <c>tpm2_getcap -l</c>.</summary>
    public static readonly CapabilityRow[] All =
    [
        new("algorithms", CapabilityDocuments.Algorithms),
        new("commands", CapabilityDocuments.Commands),
        new("pcrs", CapabilityDocuments.Pcrs),
        new("properties-fixed", PropertyDocuments.Fixed),
        new("properties-variable", PropertyDocuments.Variable),
        new("ecc-curves", CapabilityDocuments.EccCurves),
        new("handles-transient", CapabilityDocuments.Handles(0x8000_0000)),
        new("handles-persistent", CapabilityDocuments.Handles(0x8100_0000)),
        new("handles-permanent", CapabilityDocuments.Handles(0x4000_0000)),
        new("handles-pcr", CapabilityDocuments.Handles(0x0000_0000)),
        new("handles-nv-index", CapabilityDocuments.Handles(0x0100_0000)),
        new("handles-loaded-session", CapabilityDocuments.Handles(0x0200_0000)),
        new("handles-saved-session", CapabilityDocuments.Handles(0x0300_0000)),
    ];
}
