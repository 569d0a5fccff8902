namespace TpmHw.Simulation;

/// <summary>
/// Chips with a FIFO interface on I2C, as public drivers know them. Where no driver tells (delays, how long a chip is
/// busy), a row has values that the drivers that are known to work with the chip can bear.
/// </summary>
public static class I2cProfiles
{
    private static readonly TimeSpan s_short = TimeSpan.FromMicroseconds(20);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<FifoProfile> All { get; } =
    [
        FifoProfiles.Plain with
        {
            Name = "plain-i2c",
            Source = "PTP, 7.2, without guard times; identification as qemu's TPM has it",
            I2c = new I2cTraits(),
        },
        FifoProfiles.Find("strict")! with
        {
            Name = "strict-i2c",
            Source = "PTP, 7.2: every guard time at its longest that a driver can know before it has read the register, and busy after each step",
            I2c = new I2cTraits
            {
                Guards = I2cGuards.Between | I2cGuards.RepeatedStart,
                GuardTime = TimeSpan.FromMicroseconds(250),
                StretchTime = TimeSpan.FromMicroseconds(100),
                BusyAfterFifo = TimeSpan.FromMilliseconds(2),
                BusyAfterGo = TimeSpan.FromMilliseconds(5),
                MaxClockHz = 100_000,
            },
        },
        new()
        {
            Name = "slb9673",
            Source = "Infineon OPTIGA SLB 9673: device 0x001C (Linux logs), a repeated start and no guard time (wolfTPM), stsValid that is late as in SLB 9672",
            DidVid = 0x001C_15D1,
            CommandReadyTime = s_short,
            StsValidTime = s_short,
            I2c = new I2cTraits { BusyAfterFifo = TimeSpan.FromMicroseconds(300) },
        },
        new()
        {
            Name = "st33ktpm2xi2c",
            Source = "ST33KTPM2XI2C: a repeated start and no guard time, bursts of 32 (wolfTPM)",
            DidVid = 0x0000_104A,
            BurstCount = 32,
            CommandReadyTime = s_short,
            I2c = new I2cTraits { StretchTime = s_short },
        },
        new()
        {
            Name = "npct75x-i2c",
            Source = "Nuvoton NPCT75x: as on SPI (Linux); guard times after writes, for which Linux and tpm2-tss wait",
            DidVid = 0x00FC_1050,
            AbortsToIdle = true,
            FinishesToIdle = true,
            BurstCount = 32,
            BurstRefill = s_short,
            I2c = new I2cTraits
            {
                Guards = I2cGuards.WriteRead | I2cGuards.WriteWrite | I2cGuards.RepeatedStart,
                GuardTime = TimeSpan.FromMicroseconds(150),
                BusyAfterGo = TimeSpan.FromMilliseconds(1),
            },
        },
        new()
        {
            Name = "slb9635-i2c",
            Source = "Infineon SLB 9635 on I2C: DID_VID with its bytes swapped, no repeated start, 55 µs between messages, commands of 1260 bytes (Linux tpm_i2c_infineon), 100 kHz (device-tree binding)",
            DidVid = 0xD115_0B00,
            BufferSize = 1260,
            Family = TpmFamily.Tpm12,
            IsTis12 = true,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(1),
            BurstCount = 8,
            BurstRefill = s_short,
            I2c = new I2cTraits
            {
                Dialect = I2cDialect.Infineon,
                Address = 0x20,
                MaxClockHz = 100_000,
                MaxMessage = 1280 + 1,
                Guards = I2cGuards.Between,
                GuardTime = TimeSpan.FromMicroseconds(55),
                CanRepeatStart = false,
            },
        },
        new()
        {
            Name = "slb9645",
            Source = "Infineon SLB 9645: 0x001A15D1, a repeated start, 55 µs between messages, commands of 1260 bytes (Linux tpm_i2c_infineon), 400 kHz (device-tree binding)",
            DidVid = 0x001A_15D1,
            BufferSize = 1260,
            Family = TpmFamily.Tpm12,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = s_short,
            BurstCount = 24,
            BurstRefill = s_short,
            I2c = new I2cTraits
            {
                Dialect = I2cDialect.Infineon,
                Address = 0x20,
                MaxClockHz = 400_000,
                MaxMessage = 1280 + 1,
                Guards = I2cGuards.Between,
                GuardTime = TimeSpan.FromMicroseconds(55),
            },
        },
        new()
        {
            Name = "cr50-i2c",
            Source = "Google Cr50: 0x00281AE0, messages of 64 bytes, burstCount even where nothing is left, a line that falls when it is ready, within 20 ms (Linux tpm_tis_i2c_cr50)",
            DidVid = 0x0028_1AE0,
            BurstCount = 63,
            HasBurstAfterResponse = true,
            CommandReadyTime = s_short,
            I2c = Google(TimeSpan.FromMilliseconds(5)),
        },
        new()
        {
            Name = "ti50-i2c",
            Source = "Google Ti50: 0x504A6666, else as Cr50 (Linux tpm_tis_i2c_cr50)",
            DidVid = 0x504A_6666,
            BurstCount = 63,
            HasBurstAfterResponse = true,
            CommandReadyTime = s_short,
            I2c = Google(TimeSpan.FromMilliseconds(1)),
        },
        new()
        {
            Name = "npct501",
            Source = "Nuvoton NPCT501: 50 10 FE, SMBus blocks of 32 bytes (Linux tpm_i2c_nuvoton), address 0x57 (device-tree binding)",
            DidVid = 0x00FE_1050,
            Family = TpmFamily.Tpm12,
            Localities = 1,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(2),
            BurstCount = 32,
            BurstRefill = s_short,
            I2c = Nuvoton(null),
        },
        new()
        {
            Name = "wpct301",
            Source = "Winbond WPCT301 with firmware 2.81, whose identification is at 0x20 instead of 0x60 (Linux tpm_i2c_nuvoton)",
            DidVid = 0x81FE_1050,
            Family = TpmFamily.Tpm12,
            Localities = 1,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(2),
            BurstCount = 16,
            BurstRefill = s_short,
            I2c = Nuvoton(0x20),
        },
        new()
        {
            Name = "npct650",
            Source = "Nuvoton NPCT650: TPM 2.0 with the registers of NPCT501 (Linux tpm_i2c_nuvoton)",
            DidVid = 0x01FE_1050,
            Localities = 1,
            AbortsToIdle = true,
            FinishesToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(2),
            BurstCount = 32,
            BurstRefill = s_short,
            I2c = Nuvoton(null),
        },
        new()
        {
            Name = "st33zp24",
            Source = "ST33ZP24: write bit, filling byte, burstCount a byte at a time, 2048 bytes (Linux st33zp24), address 0x13 (device-tree binding)",
            DidVid = 0x0000_104A,
            BufferSize = 2048,
            Family = TpmFamily.Tpm12,
            Localities = 1,
            FinishesToIdle = true,
            AbortsToIdle = true,
            CommandReadyTime = TimeSpan.FromMilliseconds(1),
            BurstCount = 32,
            BurstRefill = s_short,
            I2c = new I2cTraits { Dialect = I2cDialect.St, Address = 0x13, MaxClockHz = 400_000, MaxMessage = 2048 + 1 },
        },
    ];

    /// <summary>The row of this name; null where there is none.</summary>
    public static FifoProfile? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    private static I2cTraits Google(TimeSpan readyTime) => new()
    {
        Dialect = I2cDialect.Google,
        Address = 0x50,
        MaxClockHz = 400_000,
        MaxMessage = 64,
        Guards = I2cGuards.WriteRead | I2cGuards.WriteWrite,
        GuardTime = readyTime,
        HasReadyLine = true,
        CanRepeatStart = false,
    };

    private static I2cTraits Nuvoton(byte? identityAt) => new()
    {
        Dialect = I2cDialect.Nuvoton,
        Address = 0x57,
        MaxClockHz = 400_000,
        MaxMessage = 32 + 1,
        IdentityAt = identityAt,
    };
}
