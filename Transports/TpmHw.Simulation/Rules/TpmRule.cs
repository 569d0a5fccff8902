namespace TpmHw.Simulation;

/// <summary>The rules that a driver has to keep, and that a model holds it to.</summary>
public enum TpmRule
{
    /// <summary>More FIFO bytes were moved than burstCount allowed when it was last read.</summary>
    BurstOverrun,

    /// <summary>A command was begun without commandReady: the TPM was idle.</summary>
    MissingCommandReady,

    /// <summary>The FIFO was written where no command is taken: during execution, or over a response.</summary>
    FifoWriteOutOfState,

    /// <summary>The FIFO was written after the command's last byte, as its header counts them.</summary>
    WritePastEnd,

    /// <summary>The FIFO was read where there is no response.</summary>
    FifoReadOutOfState,

    /// <summary>FIFO or buffer was read after the response's last byte.</summary>
    ReadPastEnd,

    /// <summary>tpmGo while the TPM expected more of the command.</summary>
    GoWhileExpect,

    /// <summary>tpmGo, or the CRB's start, without a command.</summary>
    GoOutOfState,

    /// <summary>responseRetry without a response.</summary>
    RetryOutOfState,

    /// <summary>Several commands in one write of a register.</summary>
    SeveralBits,

    /// <summary>A write of bits that are reserved, read-only, or not there in this family.</summary>
    ReservedBits,

    /// <summary>A register of the active locality was used by a locality that isn't.</summary>
    WithoutLocality,

    /// <summary>Software used locality 4 for something other than a hash sequence.</summary>
    Locality4BySoftware,

    /// <summary>A hash register out of order, or at a locality other than 4.</summary>
    HashOutOfOrder,

    /// <summary>One access reached over a register's end.</summary>
    RegisterBorder,

    /// <summary>There is no register at this address.</summary>
    UnknownRegister,

    /// <summary>A write to a register that can only be read.</summary>
    WriteToReadOnly,

    /// <summary>Chip select rose inside the header, or after some of a frame's data was taken or given: of a write, or of the FIFO.</summary>
    ChipSelectDropped,

    /// <summary>Data was sent before the TPM had ended its wait states.</summary>
    DataBeforeReady,

    /// <summary>Bytes were clocked after the last one of a write or of the FIFO.</summary>
    BytesPastFrame,

    /// <summary>The clock is faster than the chip takes.</summary>
    ClockTooFast,

    /// <summary>The chip was asleep, or the time that it needs between transfers was not given.</summary>
    GuardTime,

    /// <summary>An access of memory at an address that is no multiple of its size.</summary>
    Misaligned,

    /// <summary>A read on I2C without a register, or with the register of an earlier read.</summary>
    RegisterNotSelected,

    /// <summary>A locality that the chip does not have.</summary>
    NoSuchLocality,

    /// <summary>More bytes in one I2C message than the chip takes.</summary>
    MessageTooLong,

    /// <summary>A repeated start to a chip that needs a stop.</summary>
    RepeatedStart,

    /// <summary>An I2C message that means nothing to the chip.</summary>
    MalformedMessage,

    /// <summary>A register of the CRB was read or written with less than 32 bits.</summary>
    NarrowAccess,

    /// <summary>cmdReady or goIdle before the last of these was done, or TIMEOUT_C over.</summary>
    RequestWhilePending,

    /// <summary>cmdReady or goIdle while a command runs.</summary>
    RequestDuringExecution,

    /// <summary>cmdReady after a response, without Idle in between, on a TPM that can't.</summary>
    MissingGoIdle,

    /// <summary>Address or size registers were read in Idle.</summary>
    AddressReadInIdle,

    /// <summary>An address or size was written that is not where the TPM looks.</summary>
    BufferMoved,

    /// <summary>The buffer was written outside of Ready and Reception.</summary>
    BufferWriteOutOfState,

    /// <summary>The buffer was read where there is no response.</summary>
    BufferReadOutOfState,

    /// <summary>start with the cancel register set.</summary>
    StartWithCancelSet,

    /// <summary>start before the command was whole, or with one that is longer than the buffer.</summary>
    WrongCommandSize,

    /// <summary>A chunk where there is none to take or give, or on a TPM that has none.</summary>
    ChunkOutOfState,

    /// <summary>The locality was given up while a command ran.</summary>
    RelinquishDuringExecution,

    /// <summary>A USB request that the device does not have, or whose values mean nothing to it.</summary>
    UsbRequest,

    /// <summary>A USB request that can destroy the device.</summary>
    UsbDangerousRequest,

    /// <summary>A USB transfer that the device does not expect now.</summary>
    UsbOrder,

    /// <summary>A USB transfer longer than was announced, or without room for what comes.</summary>
    UsbLength,

    /// <summary>A USB endpoint that the device does not have, or in the other direction.</summary>
    UsbEndpoint,

    /// <summary>A command that the bridge's engine does not have, or not on this chip.</summary>
    EngineCommand,

    /// <summary>A bridge's clock ran while chip select was high.</summary>
    ClockedUnselected,

    /// <summary>SPI's clock or data moved on other edges than mode 0 has, or the lowest bit came first.</summary>
    ClockMode,

    /// <summary>SDA changed while SCL was high, in the middle of a byte on I2C.</summary>
    DataWhileClockHigh,
}
