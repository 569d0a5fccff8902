namespace TpmHw.Transports.Usb;

/// <summary>FTDI's chips that have the engine (MPSSE), as their bcdDevice tells them apart.</summary>
/// <param name="Release">bcdDevice.</param>
/// <param name="Name">Its name.</param>
/// <param name="Channels">Channels with the engine, A first.</param>
/// <param name="HasHighByte">Whether each channel has eight more lines, ACBUS.</param>
/// <param name="CanDriveZeroOnly">Whether outputs can be made to drive low only, as I2C wants (0x9E).</param>
internal sealed record FtdiChip(ushort Release, string Name, int Channels, bool HasHighByte, bool CanDriveZeroOnly)
{
    private static readonly FtdiChip[] s_all =
    [
        new(0x0700, "FT2232H", 2, HasHighByte: true, CanDriveZeroOnly: false),
        new(0x0800, "FT4232H", 2, HasHighByte: false, CanDriveZeroOnly: false), // C and D are serial ports only
        new(0x0900, "FT232H", 1, HasHighByte: true, CanDriveZeroOnly: true),
    ];

    // Those of FTDI's own, and boards that tpm2-tss knows.
    private static readonly (ushort Vendor, ushort Product)[] s_ids =
    [
        (0x0403, 0x6014), (0x0403, 0x6010), (0x0403, 0x6011),
        (0x0403, 0x8878), (0x0403, 0x8879), (0x0403, 0xBDC8), (0x0403, 0xCFF8), (0x0403, 0x8A98),
        (0x15BA, 0x0003), (0x15BA, 0x0004),
    ];

    /// <summary>Whether such a device has one of these chips on it, most likely.</summary>
    public static bool IsOn(UsbDeviceInfo device) => s_ids.Contains((device.Vendor, device.Product));

    /// <summary>The chip; null for one without the engine, or with an older one.</summary>
    public static FtdiChip? Find(ushort release) => Array.Find(s_all, c => c.Release == release);
}
