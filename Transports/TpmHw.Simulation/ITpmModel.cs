namespace TpmHw.Simulation;

/// <summary>A modelled TPM chip, whatever its interface and its wire.</summary>
public interface ITpmModel : IDisposable
{
    /// <summary>The name of its profile.</summary>
    string ProfileName { get; }

    /// <summary>The family of its firmware.</summary>
    TpmFamily Family { get; }

    /// <summary>The clock that it runs on.</summary>
    VirtualClock Clock { get; }

    /// <summary>What the driver did wrong.</summary>
    RuleBook Rules { get; }

    /// <summary>What the driver's work cost.</summary>
    BusCounters Counters { get; }

    /// <summary>How long commands take.</summary>
    ExecutionTime ExecutionTime { get; set; }

    /// <summary>Where the command is, for faults.</summary>
    FaultPhase Phase { get; }

    /// <summary>Whether any fault has begun since the last <see cref="ClearFaults"/>.</summary>
    bool FaultsHaveBegun { get; }

    /// <summary>Lets something go wrong, at once or from a phase on.</summary>
    void Inject(Fault fault);

    /// <summary>Ends all faults and forgets those that had not begun.</summary>
    void ClearFaults();

    /// <summary>Resets the TPM, as its reset line does. It then waits for Startup.</summary>
    void Reset();
}
