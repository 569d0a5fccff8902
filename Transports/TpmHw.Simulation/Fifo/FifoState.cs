namespace TpmHw.Simulation;

/// <summary>The states of the FIFO interface (TIS 1.3, 5.7.1; PTP, 6.5.3).</summary>
public enum FifoState
{
    /// <summary>Nothing goes on; commandReady leads out.</summary>
    Idle,

    /// <summary>A command may be written.</summary>
    Ready,

    /// <summary>A command is being written.</summary>
    Reception,

    /// <summary>A command runs.</summary>
    Execution,

    /// <summary>A response can be read.</summary>
    Completion,
}
