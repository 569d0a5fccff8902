namespace TpmHw.Simulation;

/// <summary>One fault: what goes wrong, from when, and for how long.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Value">How much; each kind says what it counts.</param>
public sealed record Fault(FaultKind Kind, int Value = 0)
{
    /// <summary>Begins when the TPM first is in this phase; null begins at once.</summary>
    public FaultPhase? From { get; init; }

    /// <summary>Ends after so many accesses of the bus; null for no such end.</summary>
    public int? Accesses { get; init; }

    /// <summary>Ends after this time; null for no such end.</summary>
    public TimeSpan? Lasts { get; init; }
}
