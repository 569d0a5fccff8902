using TpmHw.Spec;

namespace TpmHw;

/// <summary>TPM2_PolicyOR for more policies than one command takes: eights of eights.</summary>
internal static class PolicyOrTree
{
    private const int Most = 8; // Part 3, 23.6

    /// <summary>The lists from one policy up to the root, each with the digest of the list before.</summary>
    public static IEnumerable<IReadOnlyList<Tpm2bDigest>> Path(TpmAlgId hashAlg, IReadOnlyList<Tpm2bDigest> policies, int index)
    {
        if (policies.Count < 2)
        {
            throw new ArgumentException("TPM2_PolicyOR takes two policies or more.", nameof(policies));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, policies.Count);
        return Walk(hashAlg, policies, index);
    }

    private static IEnumerable<IReadOnlyList<Tpm2bDigest>> Walk(TpmAlgId hashAlg, IReadOnlyList<Tpm2bDigest> policies, int index)
    {
        while (policies.Count > Most)
        {
            Tpm2bDigest[][] groups = Groups(policies);
            int own = 0;
            for (; index >= groups[own].Length; own++)
            {
                index -= groups[own].Length;
            }

            yield return groups[own];
            policies = [.. groups.Select(group => new TpmPolicyDigest(hashAlg).PolicyOr(group).Value)];
            index = own;
        }

        yield return policies;
    }

    /// <summary>As few groups as will do, of nearly the same size, so that none is left with a single policy.</summary>
    private static Tpm2bDigest[][] Groups(IReadOnlyList<Tpm2bDigest> policies)
    {
        int count = (policies.Count + Most - 1) / Most;
        return [.. Enumerable.Range(0, count).Select(i => policies.Skip(i * policies.Count / count).Take((i + 1) * policies.Count / count - i * policies.Count / count).ToArray())];
    }
}
