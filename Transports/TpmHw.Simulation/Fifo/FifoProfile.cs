namespace TpmHw.Simulation;

/// <summary>How one chip with a FIFO interface differs from another.</summary>
public sealed record FifoProfile
{
    /// <summary>Its name in a connection string.</summary>
    public required string Name { get; init; }

    /// <summary>What the row rests on.</summary>
    public required string Source { get; init; }

    /// <summary>The family of its firmware.</summary>
    public TpmFamily Family { get; init; } = TpmFamily.Tpm20;

    /// <summary>TPM_DID_VID: the vendor in the low half.</summary>
    public required uint DidVid { get; init; }

    /// <summary>TPM_RID.</summary>
    public byte Rid { get; init; } = 0x10;

    /// <summary>Whether this is a chip of TIS 1.2, whose TPM_INTF_CAPABILITY has no version.</summary>
    public bool IsTis12 { get; init; }

    /// <summary>Localities that are decoded: 5, or 1.</summary>
    public int Localities { get; init; } = 5;

    /// <summary>Bytes that the FIFO takes or gives before it has to be emptied or filled.</summary>
    public int BurstCount { get; init; } = 64;

    /// <summary>Whether TPM_INTF_CAPABILITY says that burstCount never changes.</summary>
    public bool BurstIsStatic { get; init; }

    /// <summary>Whether burstCount is that of an empty FIFO once a response has been read, and not 0.</summary>
    public bool HasBurstAfterResponse { get; init; }

    /// <summary>Time after the last FIFO byte until the FIFO has its whole burstCount again.</summary>
    public TimeSpan BurstRefill { get; init; }

    /// <summary>Bytes of a command that the chip has room for.</summary>
    public int BufferSize { get; init; } = TpmTransportInfo.UsualSize;

    /// <summary>From reset until tpmRegValidSts.</summary>
    public TimeSpan PowerUpTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>From requestUse to activeLocality.</summary>
    public TimeSpan GrantTime { get; init; }

    /// <summary>From writing commandReady to its effect.</summary>
    public TimeSpan CommandReadyTime { get; init; }

    /// <summary>From a change to stsValid.</summary>
    public TimeSpan StsValidTime { get; init; }

    /// <summary>From stsValid to dataAvail, once a command is done.</summary>
    public TimeSpan DataAvailTime { get; init; }

    /// <summary>From commandCancel to the end of the command.</summary>
    public TimeSpan CancelTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether commandReady leads from Completion to Idle (TIS) rather than to Ready.</summary>
    public bool FinishesToIdle { get; init; }

    /// <summary>Whether an abort leads to Idle (TIS) rather than to Ready.</summary>
    public bool AbortsToIdle { get; init; }

    /// <summary>Whether stsValid stays set while a command runs.</summary>
    public bool IsValidWhileExecuting { get; init; } = true;

    /// <summary>Whether Expect means something.</summary>
    public bool HasExpect { get; init; } = true;

    /// <summary>Wait bytes on SPI.</summary>
    public SpiWaits Waits { get; init; }

    /// <summary>Whether the header says ready though wait bytes follow.</summary>
    public bool HeaderLies { get; init; }

    /// <summary>What MISO carries in the bits of header and wait bytes that mean nothing.</summary>
    public byte IdleMiso { get; init; } = 0xA4;

    /// <summary>The fastest SPI clock, in hertz.</summary>
    public int MaxClockHz { get; init; } = 24_000_000;

    /// <summary>Falls asleep after this time without an access; null for never.</summary>
    public TimeSpan? SleepsAfter { get; init; }

    /// <summary>From the pulse of chip select that wakes it until it listens.</summary>
    public TimeSpan WakeTime { get; init; }

    /// <summary>Least time between two transfers.</summary>
    public TimeSpan TransferGap { get; init; }

    /// <summary>Why it is on SPI alone; null where it is met in memory as well, behind LPC or a chipset's SPI.</summary>
    public string? OnlySpi { get; init; }

    /// <summary>How it behaves on I2C; null where it has none.</summary>
    public I2cTraits? I2c { get; init; }

    /// <summary>TPM_INTF_CAPABILITY (TIS 1.3, Table 20; PTP, Table 23).</summary>
    public uint IntfCapability
    {
        get
        {
            const uint Interrupts = 0x97; // dataAvail, stsValid, localityChange, commandReady; low level
            const uint Transfers64 = 3u << 9;
            uint version = Family == TpmFamily.Tpm20 ? 3u : 2u;
            return IsTis12 ? Interrupts : Interrupts | (BurstIsStatic ? 1u << 8 : 0) | Transfers64 | version << 28;
        }
    }

    /// <summary>TPM_INTERFACE_ID (PTP, Table 31): FIFO, five localities, 64 bytes; all ones where there is no such register.</summary>
    public uint InterfaceId => Family == TpmFamily.Tpm20 ? (Localities > 1 ? 1u << 8 : 0) | 3u << 11 | 1u << 13 : uint.MaxValue;
}
