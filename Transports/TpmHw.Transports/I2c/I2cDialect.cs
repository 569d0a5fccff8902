using System.Buffers.Binary;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.I2c;

/// <summary>How a chip that is older than the PTP puts its registers on I2C.</summary>
internal sealed record I2cDialect(I2cChip Chip, byte UsualAddress)
{
    /// <summary>The registers that it has, with their bytes. TPM_STS is status alone where <see cref="BurstCount"/> has bytes.</summary>
    public required (TpmRegister Register, byte Address)[] Registers { get; init; }

    /// <summary>Where the FIFO is written, if not where it is read.</summary>
    public byte? FifoWrite { get; init; }

    /// <summary>Where burstCount is read, apart from the status; each is one access.</summary>
    public (byte Address, int Length)[] BurstCount { get; init; } = [];

    /// <summary>Where the identity may be; none where it has to be taken for granted.</summary>
    public byte[] Identity { get; init; } = [];

    /// <summary>TPM_DID_VID as other buses have it, from what is read; without an identity, what it is.</summary>
    public Func<uint, uint> DidVid { get; init; } = static read => read;

    /// <summary>The values of TPM_DID_VID that are this dialect's.</summary>
    public uint[] Chips { get; init; } = [];

    /// <summary>Where the locality stands in a register's byte; null where there is but one.</summary>
    public int? LocalityShift { get; init; }

    /// <summary>Set in a register's byte when it is written.</summary>
    public byte WriteFlag { get; init; }

    /// <summary>What follows a register's byte before a read.</summary>
    public byte[] ReadSuffix { get; init; } = [];

    /// <summary>Bytes of a write to TPM_STS.</summary>
    public int StatusSize { get; init; } = 1;

    /// <summary>Bits of the status that can't be set.</summary>
    public uint ImpossibleStatus { get; init; } = 0x23;

    /// <summary>The most data of one message.</summary>
    public int MaxData { get; init; } = int.MaxValue;

    /// <summary>The most bytes of a command.</summary>
    public int MaxCommand { get; init; } = TpmTransportInfo.UsualSize;

    /// <summary>Bytes of burstCount that the register's own byte takes.</summary>
    public int BurstReserve { get; init; }

    /// <summary>The first read of a response has to take all of burstCount.</summary>
    public bool TakesFirstBurstWhole { get; init; }

    /// <summary>Time between messages, and whether a read has a repeated start.</summary>
    public I2cGuard Guard { get; init; } = I2cGuard.Always(TimeSpan.Zero);

    /// <summary>Time after commandReady was written.</summary>
    public TimeSpan AfterCommandReady { get; init; }

    /// <summary>Its interrupt line says that the next message may come, not that a command is done.</summary>
    public bool SignalsReady { get; init; }

    /// <summary>TPM_INTF_CAPABILITY, where it has none.</summary>
    public TpmInterfaceVersion Version { get; init; }

    /// <summary>TPM_INTERFACE_ID, which none of them has: TIS with its localities, or FIFO with one.</summary>
    public uint InterfaceId => LocalityShift is null ? (uint)TpmInterfaceType.Fifo : (uint)TpmInterfaceType.Tis;

    private static readonly (TpmRegister, byte)[] s_nibbles =
        [(TpmRegister.Access, 0x00), (TpmRegister.Sts, 0x01), (TpmRegister.DataFifo, 0x05)];

    // Infineon's "I2C TIS"; times, sizes and tries as Linux has them (tpm_i2c_infineon).
    private static readonly I2cDialect s_slb9645 = new(I2cChip.Slb9645, 0x20)
    {
        Registers = s_nibbles,
        BurstCount = [(0x02, 3)],
        Identity = [0x06],
        Chips = [0x001A15D1],
        LocalityShift = 4,
        MaxCommand = 1260,
        Guard = I2cGuard.Always(TimeSpan.FromMicroseconds(60)) with { CanCombine = true },
        AfterCommandReady = TimeSpan.FromMilliseconds(2.5),
    };

    /// <summary>Every dialect; those that tell what they are first, in the order in which they are tried.</summary>
    public static I2cDialect[] All { get; } =
    [
        // Its identity is the other way round, and it takes no repeated start.
        s_slb9645 with
        {
            Chip = I2cChip.Slb9635,
            DidVid = BinaryPrimitives.ReverseEndianness,
            Chips = [0x000B15D1],
            Guard = I2cGuard.Always(TimeSpan.FromMicroseconds(60)),
        },
        s_slb9645,

        // Without its ready line it gets 20 ms after the register's byte and after a write (tpm_tis_i2c_cr50). It has 64
        // bytes of buffer with the register's, which burstCount counts in when it is written to.
        new(I2cChip.Cr50, 0x50)
        {
            Registers = s_nibbles,
            Identity = [0x06],
            Chips = [0x0028_1AE0, 0x504A_6666, 0x5066_6666],
            LocalityShift = 4,
            StatusSize = 4,
            MaxData = 63,
            BurstReserve = 1,
            TakesFirstBurstWhole = true,
            Guard = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20)),
            SignalsReady = true,
            Version = TpmInterfaceVersion.Ptp,
        },

        // SMBus blocks. The identity has three bytes and then the revision; firmware 2.81 has it elsewhere.
        new(I2cChip.Nuvoton, 0x57)
        {
            Registers = [(TpmRegister.Sts, 0x00), (TpmRegister.DataFifo, 0x40)],
            FifoWrite = 0x20,
            BurstCount = [(0x01, 1)],
            Identity = [0x60, 0x20],
            DidVid = static read => read & 0x00FF_FFFF,
            Chips = [0x00FE_1050],
            ImpossibleStatus = 0x27,
            MaxData = 32,
            TakesFirstBurstWhole = true,
            Guard = I2cGuard.Always(TimeSpan.Zero) with { CanCombine = true },
        },

        // TIS offsets as far as seven bits go, so no identity; ST's device number was 0 then.
        new(I2cChip.St33zp24, 0x13)
        {
            Registers =
            [
                (TpmRegister.Access, 0x00), (TpmRegister.IntEnable, 0x08), (TpmRegister.IntStatus, 0x10),
                (TpmRegister.IntfCapability, 0x14), (TpmRegister.Sts, 0x18), (TpmRegister.DataFifo, 0x24),
            ],
            BurstCount = [(0x19, 1), (0x1A, 1)],
            DidVid = static _ => 0x0000_104A,
            MaxCommand = 2048,
            WriteFlag = 0x80,
            ReadSuffix = [0xAA],
        },
    ];

    /// <summary>The byte of a register; null where there is none.</summary>
    public byte? AddressOf(TpmRegister register)
    {
        foreach ((TpmRegister Register, byte Address) row in Registers)
        {
            if (row.Register == register)
            {
                return row.Address;
            }
        }

        return null;
    }

    /// <summary>The register at an address, without the locality's bits; null where there is none.</summary>
    public TpmRegister? RegisterAt(byte address, bool isRead)
    {
        if (FifoWrite is { } written && !isRead)
        {
            return address == written ? TpmRegister.DataFifo : AddressedAt(address);
        }

        int offset = 1;
        foreach ((byte Address, int Length) part in BurstCount)
        {
            if (part.Address == address)
            {
                return (TpmRegister)((int)TpmRegister.Sts + offset);
            }

            offset += part.Length;
        }

        return Array.IndexOf(Identity, address) >= 0 ? TpmRegister.DidVid : AddressedAt(address);
    }

    private TpmRegister? AddressedAt(byte address)
    {
        foreach ((TpmRegister Register, byte Address) row in Registers)
        {
            if (row.Address == address)
            {
                return row.Register;
            }
        }

        return null;
    }
}
