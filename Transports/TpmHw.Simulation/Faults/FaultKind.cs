namespace TpmHw.Simulation;

/// <summary>What can go wrong. Times are in microseconds.</summary>
public enum FaultKind
{
    /// <summary>MISO floats: all that is read is ones. The chip still hears.</summary>
    MisoFloating,

    /// <summary>MISO is stuck at zero.</summary>
    MisoStuckLow,

    /// <summary>MISO is a bit late: every byte carries the last bit of the one before.</summary>
    BitsShifted,

    /// <summary>The controller swaps the bytes of each pair that is read.</summary>
    BytesSwapped,

    /// <summary>Every value-th bit of what is read is inverted, at places that look random and are the same each time.</summary>
    BitFlips,

    /// <summary>The chip asks for value wait bytes in each frame; -1 for no end of them.</summary>
    WaitStates,

    /// <summary>burstCount reads 0.</summary>
    BurstZero,

    /// <summary>burstCount reads 1.</summary>
    BurstOne,

    /// <summary>burstCount is half of what it was, each time that it is read, down to 1.</summary>
    BurstFalling,

    /// <summary>stsValid comes value µs after each change.</summary>
    StsValidLate,

    /// <summary>dataAvail comes value µs after stsValid.</summary>
    DataAvailLate,

    /// <summary>commandReady, or the CRB's cmdReady, takes value µs.</summary>
    CommandReadyLate,

    /// <summary>Expect is stuck at value, 0 or 1.</summary>
    ExpectStuck,

    /// <summary>The size in a response's header is wrong by value.</summary>
    WrongSize,

    /// <summary>value bytes more than the response has wait in the FIFO.</summary>
    LeftOverData,

    /// <summary>Locality value has the TPM and does not let go as long as the fault lasts.</summary>
    OwnedByAnother,

    /// <summary>A locality is granted value µs after it was asked for.</summary>
    GrantLate,

    /// <summary>Locality value seizes the TPM once, and lets it go when the fault ends.</summary>
    Seized,

    /// <summary>The TPM is reset once, and is back after value µs.</summary>
    Reset,

    /// <summary>Commands do not end unless they are cancelled or aborted.</summary>
    Hang,

    /// <summary>commandCancel has no effect.</summary>
    CancelIgnored,

    /// <summary>The bits of value are set in whatever is read of TPM_STS.</summary>
    StatusBits,

    /// <summary>The chip is not there: all that is read is ones and nothing is heard.</summary>
    Absent,

    /// <summary>Nothing is acknowledged on I2C.</summary>
    NackStorm,

    /// <summary>Every value-th message on I2C is not acknowledged.</summary>
    NackEvery,

    /// <summary>A bit of the byte at position value of a command is inverted on its way into the FIFO; accesses count such bytes.</summary>
    CommandDamaged,

    /// <summary>A bit of the byte at position value of a response is inverted on its way out of the FIFO; accesses count such bytes.</summary>
    ResponseDamaged,

    /// <summary>The chip holds SCL low for value µs in each message.</summary>
    ClockStretched,

    /// <summary>SDA is low, so that no message can begin.</summary>
    SdaStuckLow,

    /// <summary>The CRB's fatal error bit is set.</summary>
    FatalError,

    /// <summary>The CRB's request for Ready is never taken.</summary>
    CmdReadyStuck,

    /// <summary>The CRB's request for Idle is never taken.</summary>
    GoIdleStuck,

    /// <summary>value of the CRB's requests for Ready are cleared without effect.</summary>
    CmdReadyLost,

    /// <summary>The CRB's registers place its buffers value bytes too far.</summary>
    WrongBufferAddress,

    /// <summary>A part of a message in chunks is never taken or given.</summary>
    ChunkStuck,

    /// <summary>USB transfers are stalled: control requests (value 0), bulk writes (1) or bulk reads (2). Each counts as an access.</summary>
    UsbStall,

    /// <summary>USB transfers do not end in their time; value as for <see cref="UsbStall"/>.</summary>
    UsbTimeout,

    /// <summary>USB reads bring value bytes at most.</summary>
    UsbShortRead,

    /// <summary>The USB device is pulled out at a transfer (value as for <see cref="UsbStall"/>), and is back when the fault ends.</summary>
    Unplugged,

    /// <summary>A byte in the middle of a bulk write is lost (value 1), or the first one of a bulk read (2). Each counts as an access.</summary>
    UsbByteLost,
}
