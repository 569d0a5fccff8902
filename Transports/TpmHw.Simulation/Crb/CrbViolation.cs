using System.Globalization;

namespace TpmHw.Simulation;

/// <summary>The rules of the CRB interface that a model holds a driver to.</summary>
public enum CrbRule
{
    /// <summary>A control register or the buffer was used without the locality.</summary>
    WithoutLocality,

    /// <summary>A register was read or written with less than 32 bits.</summary>
    NarrowAccess,

    /// <summary>There is no register at this address.</summary>
    UnknownRegister,

    /// <summary>A write to a register that can only be read.</summary>
    WriteToReadOnly,

    /// <summary>Several requests in one write, or a bit that is reserved.</summary>
    WrongBits,

    /// <summary>cmdReady or goIdle before the last of these was done.</summary>
    RequestWhilePending,

    /// <summary>cmdReady or goIdle while a command runs.</summary>
    RequestDuringExecution,

    /// <summary>cmdReady after a response, without Idle in between, on a TPM that can't.</summary>
    MissingGoIdle,

    /// <summary>Address or size registers were read in Idle.</summary>
    AddressReadInIdle,

    /// <summary>The buffer was written outside of Ready and Reception.</summary>
    BufferWriteOutOfState,

    /// <summary>The buffer was read where there is no response.</summary>
    BufferReadOutOfState,

    /// <summary>The buffer was read behind the response's end.</summary>
    ReadPastEnd,

    /// <summary>start outside of Reception.</summary>
    StartOutOfState,

    /// <summary>start with the cancel register set.</summary>
    StartWithCancelSet,

    /// <summary>start before the command was whole, or with one that is longer than the buffer.</summary>
    WrongCommandSize,

    /// <summary>A chunk where there is none to take or give, or on a TPM that has none.</summary>
    ChunkOutOfState,

    /// <summary>The locality was given up while a command ran.</summary>
    RelinquishDuringExecution,
}

/// <summary>One breach of a rule.</summary>
/// <param name="Time">When, on the model's clock.</param>
/// <param name="Rule">Which rule.</param>
/// <param name="Address">The physical address of the access.</param>
/// <param name="State">The state that the TPM was in.</param>
/// <param name="DuringFault">Whether a fault was on: what the driver saw may have been a lie.</param>
public sealed record CrbViolation(TimeSpan Time, CrbRule Rule, ulong Address, CrbState State, bool DuringFault)
{
    /// <summary>One line for a report.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Time.TotalMicroseconds:F1} µs {Rule}: 0x{Address:X} in {State}{(DuringFault ? " (during a fault)" : "")}");
}
