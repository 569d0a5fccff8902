using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>One of the policies between which a <see cref="PolicyOr"/> has a choice.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Policy">The policy; it goes on from what is before the choice.</param>
public sealed record PolicyBranch(string Name, TpmPolicy Policy)
{
    /// <summary>What it is for, in words.</summary>
    public string Description { get; init; } = "";
}

/// <summary>TPM2_PolicyOR: any of some policies (Part 3, 23.6). Of more than eight, each eight make one, and so on.</summary>
public sealed record PolicyOr : PolicyElement
{
    /// <summary>A choice between branches with names.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public PolicyOr(params IEnumerable<PolicyBranch> branches)
    {
        Branches = [.. branches];
        if (Branches.Count < 2)
        {
            throw new ArgumentException("TPM2_PolicyOR takes two policies or more.", nameof(branches));
        }
    }

    /// <summary>The branches.</summary>
    public IReadOnlyList<PolicyBranch> Branches { get; }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyOr;

    /// <summary>A choice between policies, which errors call by their number.</summary>
    /// <exception cref="ArgumentException">There are fewer than two.</exception>
    public static PolicyOr Of(params IEnumerable<TpmPolicy> policies) => new(policies.Select((policy, i) => new PolicyBranch($"{i + 1}", policy)));

    internal override bool StartsOver => Branches.Any(b => b.Policy.Count > 0 && b.Policy[0].StartsOver);

    private protected override string Detail => $"of {string.Join(", ", Branches.Select(b => b.Name))}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyOr(Digests(digest));

    internal override void Execute(PolicyRun run)
    {
        Tpm2bDigest[] digests = Digests(run.Digest);
        int chosen = run.Plan.ChosenOf(this);
        run.Execute(Branches[chosen].Policy);
        foreach (TpmlDigest list in TpmPolicyDigest.PathThroughOr(run.Digest.HashAlg, digests, chosen))
        {
            run.Commands.PolicyOr(run.Session, list, cancellationToken: run.Stop);
        }
    }

    private Tpm2bDigest[] Digests(TpmPolicyDigest before) => [.. Branches.Select(branch =>
    {
        var digest = new TpmPolicyDigest(before);
        branch.Policy.Extend(digest);
        return digest.Value;
    })];
}
