namespace TpmHw.Simulation;

/// <summary>
/// Chips with a FIFO interface, as public drivers know them. Where no driver tells (burstCount of most, delays), a row
/// has the least convenient value that the specification allows, so that drivers are tried on all of them.
/// </summary>
public static class FifoProfiles
{
    private static readonly TimeSpan s_short = TimeSpan.FromMicroseconds(20);

    /// <summary>No chip: a TPM that does at once all that it is told, as the specification says.</summary>
    public static FifoProfile Plain { get; } = new()
    {
        Name = "plain",
        Source = "PTP; identification as qemu's TPM has it",
        DidVid = 0x0001_1014,
        Rid = 1,
        PowerUpTime = TimeSpan.Zero,
        IdleMiso = 0,
    };

    /// <summary>All rows.</summary>
    public static IReadOnlyList<FifoProfile> All { get; } =
    [
        Plain,
        Plain with
        {
            Name = "strict",
            Source = "TIS 1.3, 5.7.1: finishing and aborting lead to Idle, and every wait that is allowed takes place",
            FinishesToIdle = true,
            AbortsToIdle = true,
            IsValidWhileExecuting = false,
            BurstCount = 32,
            BurstRefill = s_short,
            CommandReadyTime = TimeSpan.FromMilliseconds(1),
            StsValidTime = s_short,
            DataAvailTime = s_short,
            GrantTime = TimeSpan.FromMilliseconds(5),
            PowerUpTime = TimeSpan.FromMilliseconds(30),
            Waits = SpiWaits.All(1),
            IdleMiso = 0xFE,
        },
        new()
        {
            Name = "slb9670",
            Source = "Infineon OPTIGA SLB 9670: device 0x001B (coreboot), no wait states and 43 MHz (wolfTPM)",
            DidVid = 0x001B_15D1,
            CommandReadyTime = s_short,
            MaxClockHz = 43_000_000,
            IdleMiso = 0,
        },
        new()
        {
            Name = "slb9672",
            Source = "Infineon OPTIGA SLB 9672: device 0x001D (coreboot), no wait states and 33 MHz (wolfTPM); stsValid that is late, for which Linux sends again",
            DidVid = 0x001D_15D1,
            CommandReadyTime = s_short,
            StsValidTime = s_short,
            BurstIsStatic = true,
            MaxClockHz = 33_000_000,
            IdleMiso = 0,
        },
        new()
        {
            Name = "st33",
            Source = "ST33TPHF, ST33HTPH, ST33KTPM: device 0 (coreboot), two wait bytes, bursts of 32 and 33 MHz (wolfTPM)",
            DidVid = 0x0000_104A,
            BurstCount = 32,
            CommandReadyTime = s_short,
            Waits = SpiWaits.All(2),
            MaxClockHz = 33_000_000,
        },
        new()
        {
            Name = "npct75x",
            Source = "Nuvoton NPCT75x: wait states and 43 MHz (wolfTPM); STS of 0x80 or 0xC0 after a cancel (Linux), so aborting is seen in Idle",
            DidVid = 0x00FC_1050,
            AbortsToIdle = true,
            FinishesToIdle = true,
            BurstCount = 32,
            BurstRefill = s_short,
            Waits = new SpiWaits(1, 2, 1),
            MaxClockHz = 43_000_000,
        },
        new()
        {
            Name = "attpm20",
            Source = "Microchip ATTPM20P: wait states and 33 MHz (wolfTPM); dataAvail that follows stsValid, for which coreboot reads again",
            DidVid = 0x3205_1114,
            CommandReadyTime = TimeSpan.FromMilliseconds(1),
            DataAvailTime = s_short,
            BurstCount = 48,
            BurstRefill = s_short,
            Waits = new SpiWaits(0, 1, 2),
            MaxClockHz = 33_000_000,
        },
        new()
        {
            Name = "cr50",
            Source = "Google Cr50: 0x00281AE0, header that says ready too soon, sleep after 1 s, 1 ms to wake, 2 ms between transfers (Linux tpm_tis_spi_cr50)",
            DidVid = 0x0028_1AE0,
            HeaderLies = true,
            Waits = SpiWaits.All(1),
            BurstIsStatic = true,
            SleepsAfter = TimeSpan.FromSeconds(1),
            WakeTime = TimeSpan.FromMilliseconds(1),
            TransferGap = TimeSpan.FromMilliseconds(2),
            OnlySpi = "it is woken by chip select, which a chipset's memory window does not give away",
        },
        new()
        {
            Name = "slb9660-tpm12",
            Source = "Infineon SLB 9660: TPM 1.2 with TIS 1.3, device 0x001A (coreboot)",
            DidVid = 0x001A_15D1,
            Family = TpmFamily.Tpm12,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = s_short,
            BurstCount = 24,
            BurstRefill = s_short,
        },
        new()
        {
            Name = "slb9635-tpm12",
            Source = "Infineon SLB 9635: TPM 1.2 with TIS 1.2, device 0x000B (coreboot), locality 0 alone (Linux)",
            DidVid = 0x000B_15D1,
            Family = TpmFamily.Tpm12,
            IsTis12 = true,
            Localities = 1,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(1),
            BurstCount = 8,
            BurstRefill = s_short,
        },
        new()
        {
            Name = "at97sc3204-tpm12",
            Source = "Atmel AT97SC3204: device 0x3204 (coreboot), TPM 1.2 with the slowest commandReady (Linux overrides its timeouts)",
            DidVid = 0x3204_1114,
            Family = TpmFamily.Tpm12,
            IsTis12 = true,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(30),
            BurstCount = 16,
            BurstRefill = s_short,
            IsValidWhileExecuting = false,
        },
        new()
        {
            Name = "itpm-tpm12",
            Source = "Intel iTPM (INTC0102): TPM 1.2 whose Expect is never set (Linux)",
            DidVid = 0x0001_8086,
            Family = TpmFamily.Tpm12,
            HasExpect = false,
            FinishesToIdle = true,
            BurstCount = 16,
            BurstRefill = s_short,
        },
    ];

    /// <summary>Those that are met in memory.</summary>
    public static IEnumerable<FifoProfile> InMemory => All.Where(static p => p.OnlySpi is null);

    /// <summary>The row of this name; null where there is none.</summary>
    public static FifoProfile? Find(string name) => All.FirstOrDefault(p => p.Name == name);
}
