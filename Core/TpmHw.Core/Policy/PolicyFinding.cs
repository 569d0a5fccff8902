namespace TpmHw.Policy;

/// <summary>How an element of a policy stands on a TPM.</summary>
/// <param name="Element">The element.</param>
/// <param name="Obstacle">What keeps it from being satisfied; null where nothing does, or only its options.</param>
/// <param name="Options">Of a choice its branches; of an authorised policy the policies that are approved; otherwise none.</param>
public sealed record PolicyFinding(PolicyElement Element, PolicyObstacle? Obstacle, IReadOnlyList<PolicyOption> Options)
{
    /// <summary>Whether nothing stands in its way, as far as that shows before it is tried.</summary>
    public bool Holds => Obstacle is null && (Options.Count == 0 || Options.Any(o => o.Holds));

    /// <summary>Everything that stands in the way.</summary>
    internal IEnumerable<PolicyObstacle> Obstacles => Obstacle is not null ? [Obstacle]
        : Holds ? []
        : Options.SelectMany(o => o.Findings.SelectMany(f => f.Obstacles).Select(b => b with { Branch = $"{o.Name}{(b.Branch.Length > 0 ? " / " : "")}{b.Branch}" }));
}

/// <summary>One of the policies that can satisfy an element.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Findings">How its elements stand.</param>
public sealed record PolicyOption(string Name, TpmPolicy Policy, IReadOnlyList<PolicyFinding> Findings)
{
    /// <summary>Whether nothing stands in its way.</summary>
    public bool Holds => Findings.All(f => f.Holds);
}
