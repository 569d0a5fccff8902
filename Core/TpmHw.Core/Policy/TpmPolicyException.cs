using TpmHw.Policy;

namespace TpmHw;

/// <summary>A policy can't be satisfied on this TPM now.</summary>
public sealed class TpmPolicyException : TpmException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="obstacles">What stands in the way, one for each branch at least.</param>
    public TpmPolicyException(params IReadOnlyList<PolicyObstacle> obstacles)
        : base("The policy can't be satisfied now.", string.Join(" ", Of(obstacles).Select(o => o.Advice).Distinct()), Of(obstacles).Select(o => o.Cause).FirstOrDefault(c => c is not null)) =>
        Obstacles = obstacles;

    /// <summary>What stands in the way.</summary>
    public IReadOnlyList<PolicyObstacle> Obstacles { get; }

    /// <summary>What was found, one after the other.</summary>
    public string Evidence => string.Join("; ", Obstacles);

    /// <inheritdoc/>
    public override string Message => Obstacles is null ? base.Message : $"{base.Message} {char.ToUpperInvariant(Evidence[0])}{Evidence[1..]}.";

    private static IReadOnlyList<PolicyObstacle> Of(IReadOnlyList<PolicyObstacle> obstacles)
    {
        ArgumentNullException.ThrowIfNull(obstacles);
        ArgumentOutOfRangeException.ThrowIfZero(obstacles.Count, nameof(obstacles));
        return obstacles;
    }
}
