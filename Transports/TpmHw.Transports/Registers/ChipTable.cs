using System.Globalization;

namespace TpmHw.Transports.Registers;

/// <summary>What a driver has to know of a chip beyond the specification. Everything is off where nothing is known.</summary>
internal sealed record Chip(ushort Vendor, ushort? Device, string Name)
{
    /// <summary>Times that replace the family's and the chip's own; null where those hold.</summary>
    public FifoTimeouts? Timeouts { get; init; }

    /// <summary>The least that TIMEOUT_B has to be.</summary>
    public TimeSpan Ready { get; init; }

    /// <summary>The family whose chips the row is for; null for both.</summary>
    public TpmFamily? Family { get; init; }

    /// <summary>The shortest time between two reads of TPM_STS while waiting.</summary>
    public TimeSpan PollInterval { get; init; }

    /// <summary>Expect never means anything.</summary>
    public bool ExpectIsBroken { get; init; }

    /// <summary>stsValid can stay 0 after a quick commandReady; the command is then sent again.</summary>
    public bool StsValidSticks { get; init; }

    /// <summary>Localities that the chip decodes.</summary>
    public int Localities { get; init; } = 5;

    /// <summary>Time until the first locality is granted after a reset; null for TIMEOUT_A.</summary>
    public TimeSpan? FirstLocality { get; init; }

    /// <summary>Firmware, as <see cref="Tpm12Capability.ReadVersion"/> gives it, whose durations are too short; null for none.</summary>
    public uint? HastyFirmware { get; init; }

    /// <summary>What it needs on the wire; null for nothing.</summary>
    public WireQuirks? Wire { get; init; }

    /// <summary>The chip's times, from those of its family or its own.</summary>
    public FifoTimeouts Correct(FifoTimeouts timeouts)
    {
        FifoTimeouts corrected = Timeouts ?? timeouts;
        return corrected.B < Ready ? corrected with { B = Ready } : corrected;
    }

    /// <summary>For errors: <c>Infineon (DID_VID 0x001B15D1)</c>.</summary>
    public static string Describe(uint didVid) => string.Create(CultureInfo.InvariantCulture, $"{ChipTable.Find(didVid, null).Name} (DID_VID 0x{didVid:X8})");
}

/// <summary>
/// Every chip with a peculiarity, by vendor and device. The first row that fits counts; a row without a device is for
/// all of the vendor's. Names are no more exact than the numbers: one device number serves both families.
/// </summary>
internal static class ChipTable
{
    private static readonly Chip s_unknown = new(0, null, "TPM of an unknown vendor");

    private static readonly TimeSpan s_infineonReady = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_atmelPoll = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan s_googleBoot = TimeSpan.FromSeconds(30);

    // May sleep 1 s after the last access (coreboot reckons with 900 ms), and wakes up by 1 ms of chip select. Without
    // its ready interrupt, 2 ms between transfers. Some firmware says ready in the header although wait bytes follow.
    private static readonly WireQuirks s_googleWire = new()
    {
        HeaderTellsReady = false,
        SleepsAfter = TimeSpan.FromMilliseconds(900),
        WakePulse = TimeSpan.FromMilliseconds(1),
        TransferGap = TimeSpan.FromMilliseconds(2),
    };

    private static readonly Chip[] s_rows =
    [
        // LPC part that decodes one locality; the stsValid row below is true of it as well.
        new(0x15D1, 0x000B, "Infineon SLB9635") { Localities = 1, StsValidSticks = true, Ready = s_infineonReady },

        // stsValid can stick after requestUse and commandReady in quick succession, and commandReady took up to 2.25 s:
        // Linux resends and gives TIMEOUT_B 4 s since 2025.
        new(0x15D1, null, "Infineon") { StsValidSticks = true, Ready = s_infineonReady },

        // Its TPM 1.2 hangs when TPM_STS is read again within 14.7 ms, and the times that it reports are wrong.
        new(0x1114, 0x3204, "Atmel AT97SC3204") { Family = TpmFamily.Tpm12, PollInterval = s_atmelPoll, Timeouts = FifoTimeouts.Milliseconds(750, 4000, 750, 750) },
        new(0x1114, null, "Atmel") { Family = TpmFamily.Tpm12, PollInterval = s_atmelPoll },
        new(0x1114, null, "Microchip"),

        // iTPM (ACPI INTC0102): Expect is never right. Intel's later TPMs are no FIFOs.
        new(0x8086, null, "Intel iTPM") { ExpectIsBroken = true },

        // H1 and OpenTitan firmware may need many seconds after a reset before it grants anything; coreboot waits 30 s.
        new(0x1AE0, null, "Google Cr50") { FirstLocality = s_googleBoot, Wire = s_googleWire },
        new(0x6666, 0x504A, "Google Ti50 (H1D3C)") { FirstLocality = s_googleBoot, Wire = s_googleWire },
        new(0x6666, 0x5066, "Google Ti50 (OpenTitan)") { FirstLocality = s_googleBoot, Wire = s_googleWire },

        // TPM 1.2 firmware 1.2.8.28 says less than it takes: Linux gives it two minutes for everything.
        new(0x104A, 0x0000, "STMicroelectronics") { Family = TpmFamily.Tpm12, HastyFirmware = 0x0102_081C },
        new(0x104A, null, "STMicroelectronics"),
        new(0x1050, null, "Nuvoton"),
        new(0x1014, null, "IBM software TPM"),
    ];

    /// <summary>The most careful of the rows' quirks: with these any of the chips that have quirks tells its identity.</summary>
    public static WireQuirks Careful => s_googleWire;

    /// <summary>The row for what TPM_DID_VID reads.</summary>
    public static Chip Find(uint didVid, TpmFamily? family)
    {
        foreach (Chip row in s_rows)
        {
            if (row.Vendor == (ushort)didVid
                && (row.Device is null || row.Device == didVid >> 16)
                && (row.Family is null || family is null || row.Family == family))
            {
                return row;
            }
        }

        return s_unknown;
    }

    /// <summary>Whether some row has the vendor.</summary>
    public static bool KnowsVendor(uint didVid) => Array.Exists(s_rows, row => row.Vendor == (ushort)didVid);
}
