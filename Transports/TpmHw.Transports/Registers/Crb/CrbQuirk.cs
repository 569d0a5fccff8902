namespace TpmHw.Transports.Registers.Crb;

/// <summary>What a chip needs beyond the specification.</summary>
internal sealed record CrbQuirk
{
    /// <summary>Where address and size registers read zero, the driver writes them before every start: command and response share the locality's own buffer.</summary>
    public bool WritesZeroAddresses { get; init; }

    /// <summary>The rows, by vendor. A chip that is not listed has no quirks.</summary>
    private static readonly (ushort Vendor, CrbQuirk Quirk)[] s_rows =
    [
        // Intel PTT on Alder Lake S: the control area reads all zero; coreboot and EDK II write it in Ready before every start.
        (0x8086, new() { WritesZeroAddresses = true }),
    ];

    public static CrbQuirk Of(CrbInterfaceId id) => Array.Find(s_rows, row => row.Vendor == id.Vendor).Quirk ?? new CrbQuirk();
}
