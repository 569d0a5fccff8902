using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>One register as a dialect addresses it.</summary>
/// <param name="Address">Its address on I2C, without a locality.</param>
/// <param name="Offset">The register behind it; null for one that only the I2C side of the chip has.</param>
/// <param name="Size">Its bytes; 0 for the FIFO, which has no end.</param>
/// <param name="Use">Whether it can be read, written, or both.</param>
internal sealed record I2cRow(byte Address, int? Offset, int Size, FileAccess Use = FileAccess.ReadWrite)
{
    /// <summary>Whether it is moved whole or not at all.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>A dialect: its registers, and how its messages look.</summary>
internal sealed class I2cMap
{
    private const int Sts = (int)TpmRegister.Sts;
    private const int Fifo = (int)TpmRegister.DataFifo;
    private const int DidVid = (int)TpmRegister.DidVid;

    private readonly I2cRow?[] _readable = new I2cRow?[byte.MaxValue + 1];
    private readonly I2cRow?[] _writable = new I2cRow?[byte.MaxValue + 1];

    private I2cMap(params ReadOnlySpan<I2cRow> rows)
    {
        foreach (I2cRow row in rows)
        {
            _readable[row.Address] = (row.Use & FileAccess.Read) != 0 ? row : _readable[row.Address];
            _writable[row.Address] = (row.Use & FileAccess.Write) != 0 ? row : _writable[row.Address];
        }
    }

    /// <summary>Whether the address has the locality in its high half.</summary>
    public bool HasLocalityInAddress { get; init; }

    /// <summary>Whether there is TPM_ACCESS; otherwise locality 0 has the TPM always.</summary>
    public bool HasLocalities { get; init; } = true;

    /// <summary>The bit of the first byte that says that it is a write; 0 where data that follows says so.</summary>
    public byte WriteBit { get; init; }

    /// <summary>What follows the register where it is going to be read; null for nothing.</summary>
    public byte? ReadFiller { get; init; }

    /// <summary>Whether the register's byte counts against burstCount.</summary>
    public bool CountsAddress { get; init; }

    private static I2cMap Ptp { get; } = new(
        new(PtpRegisters.LocSel, null, 1),
        new(0x04, (int)TpmRegister.Access, 1),
        new(0x08, (int)TpmRegister.IntEnable, 4),
        new(0x10, (int)TpmRegister.IntStatus, 4),
        new(0x14, (int)TpmRegister.IntfCapability, 4),
        new(0x18, Sts, 4),
        new(0x20, (int)TpmRegister.HashEnd, 1),
        new(0x24, Fifo, 0),
        new(0x28, (int)TpmRegister.HashStart, 1),
        new(PtpRegisters.Capability, null, 4, FileAccess.Read),
        new(PtpRegisters.DeviceAddress, null, 2, FileAccess.Read),
        new(PtpRegisters.ChecksumEnable, null, 1),
        new(PtpRegisters.Checksum, null, 2, FileAccess.Read),
        new(0x48, DidVid, 4),
        new(0x4C, (int)TpmRegister.Rid, 1));

    private static I2cMap Infineon { get; } = new(
        new(0x00, (int)TpmRegister.Access, 1),
        new(0x01, Sts, 4),
        new(0x02, Sts + 1, 3),
        new(0x05, Fifo, 0),
        new(0x06, DidVid, 4))
    {
        HasLocalityInAddress = true,
    };

    private static I2cMap Google { get; } = new(
        new(0x00, (int)TpmRegister.Access, 1),
        new(0x01, Sts, 4) { IsWhole = true },
        new(0x05, Fifo, 0),
        new(0x06, DidVid, 4))
    {
        HasLocalityInAddress = true,
        CountsAddress = true,
    };

    // Every byte of a register has an address of its own.
    private static I2cMap St { get; } = new(
    [
        new(0x00, (int)TpmRegister.Access, 1),
        .. Bytes(TpmRegister.IntEnable, 4, FileAccess.ReadWrite),
        .. Bytes(TpmRegister.IntStatus, 4, FileAccess.ReadWrite),
        .. Bytes(TpmRegister.IntfCapability, 4, FileAccess.Read),
        new(0x18, Sts, 1),
        new(0x19, Sts + 1, 1, FileAccess.Read),
        new(0x1A, Sts + 2, 1, FileAccess.Read),
        new(0x24, Fifo, 0),
    ])
    {
        WriteBit = 0x80,
        ReadFiller = 0xAA,
    };

    /// <summary>What a chip's traits say.</summary>
    public static I2cMap Of(I2cTraits traits) => traits.Dialect switch
    {
        I2cDialect.Ptp => Ptp,
        I2cDialect.Infineon => Infineon,
        I2cDialect.Google => Google,
        I2cDialect.St => St,
        _ => Nuvoton(traits.IdentityAt),
    };

    /// <summary>The register at this address, for this use if there is one; null where there is none.</summary>
    public I2cRow? Find(byte address, bool isRead) => isRead ? _readable[address] ?? _writable[address] : _writable[address] ?? _readable[address];

    private static IEnumerable<I2cRow> Bytes(TpmRegister register, int count, FileAccess use) =>
        Enumerable.Range(0, count).Select(i => new I2cRow((byte)((int)register + i), (int)register + i, count - i, use));

    // Where the identification is elsewhere, its register is there and reads as ones.
    private static I2cMap Nuvoton(byte? identityAt) => new(
    [
        new(0x00, Sts, 1),
        new(0x01, Sts + 1, 1, FileAccess.Read),
        new(0x20, Fifo, 0, FileAccess.Write),
        new(0x40, Fifo, 0, FileAccess.Read),
        new(0x60, identityAt is null ? DidVid : null, 4, FileAccess.Read),
        .. identityAt is { } address ? [new(address, DidVid, 4, FileAccess.Read)] : Array.Empty<I2cRow>(),
    ])
    {
        HasLocalities = false,
    };
}
