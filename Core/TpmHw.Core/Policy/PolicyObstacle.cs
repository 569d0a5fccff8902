namespace TpmHw.Policy;

/// <summary>Why an element of a policy can't be satisfied.</summary>
public enum PolicyObstacleKind
{
    /// <summary>A PCR has another value.</summary>
    PcrDiffers,

    /// <summary>An NV index is not there, is another one, or holds something else.</summary>
    NvDiffers,

    /// <summary>The NV index that is to be used was written, or was not.</summary>
    NvWrittenDiffers,

    /// <summary>The TPM's times and counters are others.</summary>
    TimeDiffers,

    /// <summary>It is for another command.</summary>
    OtherCommand,

    /// <summary>Commands come from another locality.</summary>
    OtherLocality,

    /// <summary>The authorisation value of an entity is not among the credentials.</summary>
    SecretMissing,

    /// <summary>The key that has to sign is not among the credentials.</summary>
    SignatureMissing,

    /// <summary>No policy among the credentials is approved as it has to be.</summary>
    ApprovalMissing,

    /// <summary>It was not said which entity is to be used.</summary>
    TargetMissing,

    /// <summary>Nobody did what the policy wants the program to do.</summary>
    ActionMissing,

    /// <summary>The TPM answered with an error.</summary>
    Refused,
}

/// <summary>What keeps an element of a policy from being satisfied.</summary>
/// <param name="Element">The element.</param>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Evidence">What was found.</param>
public sealed record PolicyObstacle(PolicyElement Element, PolicyObstacleKind Kind, string Evidence)
{
    /// <summary>The names of the branches that lead to the element, from the outside; empty where it is in none.</summary>
    public string Branch { get; init; } = "";

    /// <summary>What the TPM answered; null where the element was not tried.</summary>
    public TpmCommandException? Cause { get; init; }

    /// <summary>What to do about it.</summary>
    public string Advice => Cause?.Advice ?? Kind switch
    {
        PolicyObstacleKind.PcrDiffers => "What was measured at this start differs: compare the event log with the one of when the policy was made, or use another branch.",
        PolicyObstacleKind.NvDiffers => "Write the NV index, or add it with its authorisation value to the credentials.",
        PolicyObstacleKind.NvWrittenDiffers => "The policy is for an NV index in the other state: use another branch.",
        PolicyObstacleKind.TimeDiffers => "The policy's time is over, or has not come.",
        PolicyObstacleKind.OtherCommand => "Use a branch that is for the command.",
        PolicyObstacleKind.OtherLocality => "Set the locality on the transport, where it can.",
        PolicyObstacleKind.SecretMissing => "Add the entity with its authorisation value to the credentials.",
        PolicyObstacleKind.SignatureMissing => "Add a signer for the key to the credentials.",
        PolicyObstacleKind.ApprovalMissing => "Add the policy that was approved, with its approval, to the credentials.",
        PolicyObstacleKind.TargetMissing => "Give the entity as the target.",
        PolicyObstacleKind.ActionMissing => "Set Act of the credentials.",
        _ => "",
    };

    /// <summary>The branch, the element, and what was found.</summary>
    public override string ToString() => $"{(Branch.Length > 0 ? $"in branch \"{Branch}\", " : "")}{Element}: {Evidence}";
}
