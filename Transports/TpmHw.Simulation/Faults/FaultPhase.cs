namespace TpmHw.Simulation;

/// <summary>Where a command is, as the TPM sees it.</summary>
public enum FaultPhase
{
    /// <summary>No locality has the TPM.</summary>
    Locality,

    /// <summary>A locality has it, and the command's last byte has not come yet.</summary>
    Send,

    /// <summary>The command is whole and waits for tpmGo.</summary>
    Go,

    /// <summary>The command runs.</summary>
    Execute,

    /// <summary>The response has bytes that were not read yet.</summary>
    Receive,

    /// <summary>The response was read to its end.</summary>
    Finish,
}
