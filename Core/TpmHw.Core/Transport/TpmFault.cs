namespace TpmHw;

/// <summary>What went wrong on the way to the TPM.</summary>
public enum TpmFault
{
    /// <summary>The connection string can't be understood.</summary>
    BadConnectionString,

    /// <summary>There is nothing at that address: no node, no socket, no library, no chip.</summary>
    NotFound,

    /// <summary>It is there, but this user may not open it.</summary>
    AccessDenied,

    /// <summary>It is there, but somebody else has it.</summary>
    Busy,

    /// <summary>This operating system, or this build of the other side, can't do that.</summary>
    NotSupported,

    /// <summary>The connection ended, or the device went away.</summary>
    Disconnected,

    /// <summary>The other side did not answer within the deadline.</summary>
    Timeout,

    /// <summary>A response ended before the size that its header gives.</summary>
    Truncated,

    /// <summary>What came back is no TPM response: a size below 10 or above the limit, an unknown tag, left-over bytes.</summary>
    BadResponse,

    /// <summary>The other side of a simulator's protocol refused a request or broke the protocol.</summary>
    ProtocolViolation,

    /// <summary>The TPM's stored state can't be read or written.</summary>
    BadState,

    /// <summary>A recording has a line that is not understood, or an exchange that is not whole.</summary>
    BadRecording,

    /// <summary>A file for secrets can be read by others.</summary>
    Exposed,

    /// <summary>A command is not the one that was recorded.</summary>
    ReplayMismatch,

    /// <summary>The operating system reported an error that fits none of the others.</summary>
    InputOutput,

    /// <summary>Every register reads as ones: nothing drives the bus.</summary>
    FloatingBus,

    /// <summary>Every register reads as zeros: the bus is held low, or the TPM is in reset or without power.</summary>
    StuckLow,

    /// <summary>
    /// The TPM inserted wait states where the bus could not wait: this one access is lost. Nothing was executed that
    /// was not before; the register driver aborts what it was sending, or reads the response again.
    /// </summary>
    WaitStates,

    /// <summary>The registers' bytes arrive in the wrong order.</summary>
    ByteSwapped,

    /// <summary>The registers' bits arrive one place early or late: the bus samples at the wrong clock edge.</summary>
    BitShifted,

    /// <summary>The TPM's status has bits that can't be set, although it belongs to this locality.</summary>
    BadStatus,

    /// <summary>The TPM did not grant the locality.</summary>
    NoLocality,

    /// <summary>The locality was lost while a command ran: it was seized, or the TPM was reset.</summary>
    LocalityLost,

    /// <summary>The TPM did not become ready for a command.</summary>
    NotReady,

    /// <summary>The TPM took or gave no byte for too long: burstCount stayed 0.</summary>
    BurstTimeout,

    /// <summary>The TPM's status did not become valid: stsValid stayed 0.</summary>
    StatusTimeout,

    /// <summary>The TPM wants more bytes after a command's last one, or none before it: bytes were lost or damaged on the way.</summary>
    ExpectStuck,

    /// <summary>The TPM says of itself that it has failed; only a reset brings it back.</summary>
    ChipFailure,

    /// <summary>The TPM dropped a command that it was executing: it was reset, or somebody else aborted the command.</summary>
    Aborted,

    /// <summary>The TPM's checksum over what went through its FIFO is another one: bytes were damaged on the way.</summary>
    ChecksumMismatch,

    /// <summary>The chip did not acknowledge its address, or not what was written to it.</summary>
    NotAcknowledged,

    /// <summary>The operating system's service for the TPM does not run, or not yet.</summary>
    ServiceNotRunning,
}
