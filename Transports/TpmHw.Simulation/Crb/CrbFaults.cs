namespace TpmHw.Simulation;

/// <summary>What goes wrong in a CRB model, for as long as it is set.</summary>
public sealed class CrbFaults
{
    /// <summary>Everything reads as ones, and nothing is heard.</summary>
    public bool Absent { get; set; }

    /// <summary>The fatal error bit is set.</summary>
    public bool Fatal { get; set; }

    /// <summary>A request for Ready is never taken.</summary>
    public bool CmdReadyStuck { get; set; }

    /// <summary>A request for Idle is never taken.</summary>
    public bool GoIdleStuck { get; set; }

    /// <summary>How many requests for Ready are lost before one is taken.</summary>
    public int CmdReadyLost { get; set; }

    /// <summary>A command never ends by itself.</summary>
    public bool Hangs { get; set; }

    /// <summary>A wish to cancel has no effect.</summary>
    public bool CancelIgnored { get; set; }

    /// <summary>A granted locality comes this much later.</summary>
    public TimeSpan GrantDelay { get; set; }

    /// <summary>This locality has the TPM and keeps it; what runs when it comes is aborted.</summary>
    public int? OwnedBy { get; set; }

    /// <summary>This locality seizes the TPM as soon as a command runs.</summary>
    public int? SeizedDuringExecution { get; set; }

    /// <summary>The size that the next response's header gives.</summary>
    public uint? ResponseSize { get; set; }

    /// <summary>The address that the buffers' registers give.</summary>
    public ulong? BufferAddress { get; set; }

    /// <summary>A part of a message in chunks is never taken or given.</summary>
    public bool ChunkStuck { get; set; }

    /// <summary>Whether any is set.</summary>
    internal bool Any => Absent || Fatal || CmdReadyStuck || GoIdleStuck || CmdReadyLost > 0 || Hangs || CancelIgnored || GrantDelay > TimeSpan.Zero
        || OwnedBy is not null || SeizedDuringExecution is not null || ResponseSize is not null || BufferAddress is not null || ChunkStuck;
}
