namespace TpmHw.Simulation;

/// <summary>The states of the CRB interface.</summary>
public enum CrbState
{
    /// <summary>Nothing is kept, power is saved.</summary>
    Idle,

    /// <summary>A command can be written.</summary>
    Ready,

    /// <summary>A command is being written.</summary>
    Reception,

    /// <summary>A command runs.</summary>
    Execution,

    /// <summary>A response can be read.</summary>
    Completion,
}
