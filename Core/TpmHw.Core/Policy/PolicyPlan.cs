using TpmHw.Crypto;

namespace TpmHw.Policy;

/// <summary>Finds out which branches can be satisfied, and remembers what the TPM refused.</summary>
/// <param name="run">What there is.</param>
/// <param name="all">Whether to look at all branches, or only as far as the first that can be satisfied.</param>
internal sealed class PolicyPlan(PolicyRun run, bool all)
{
    private readonly Dictionary<PolicyElement, PolicyObstacle?> _checked = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(PolicyElement Element, TpmPolicy Policy), PolicyObstacle> _refused = [];
    private readonly Dictionary<PolicyElement, (int Index, TpmPolicy Policy)> _chosen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<TpmPolicy> _inside = [];

    /// <summary>The branch of a choice.</summary>
    public int ChosenOf(PolicyElement element) => _chosen[element].Index;

    /// <summary>The policy that stands in for an element.</summary>
    public TpmPolicy ApprovedFor(PolicyElement element) => _chosen[element].Policy;

    /// <summary>How the elements of a policy stand.</summary>
    public IReadOnlyList<PolicyFinding> Make(TpmPolicy policy)
    {
        _inside.Push(policy);
        PolicyFinding[] findings = [.. policy.Select(Find)];
        _inside.Pop();
        return findings;
    }

    /// <summary>The TPM did not take an element: the next plan does without.</summary>
    public void Refuse(PolicyObstacle obstacle)
    {
        PolicyElement element = obstacle.Element;
        if (element is PolicyAuthorize or PolicyAuthorizeNv && _chosen.TryGetValue(element, out var chosen))
        {
            _refused[(element, chosen.Policy)] = obstacle;
        }
        else
        {
            _checked[element] = obstacle;
        }
    }

    private PolicyFinding Find(PolicyElement element)
    {
        if (Check(element) is { } obstacle)
        {
            return new(element, obstacle, []);
        }

        return element switch
        {
            PolicyOr or => Choose(or, or.Branches.Select(b => (b.Name, b.Policy))),
            PolicyAuthorize authorize => Approve(authorize, run.Credentials.Policies.Where(p => p.Approvals.Any(authorize.Takes)), "no policy is approved with this key and reference"),
            PolicyAuthorizeNv nv => ApproveByNv(nv),
            _ => new(element, null, []),
        };
    }

    private PolicyObstacle? Check(PolicyElement element)
    {
        if (!_checked.TryGetValue(element, out PolicyObstacle? obstacle))
        {
            try
            {
                obstacle = element.Check(run);
            }
            catch (TpmCommandException e)
            {
                obstacle = new(element, PolicyObstacleKind.Refused, e.Message) { Cause = e };
            }

            _checked[element] = obstacle;
        }

        return obstacle;
    }

    private PolicyFinding ApproveByNv(PolicyAuthorizeNv element)
    {
        // The index holds a TPMT_HA: an algorithm, and the digest.
        byte[] held = run.NvRead(element.Index, 0, (ushort)Math.Min(element.Index.DataSize, sizeof(ushort) + TpmHash.SizeOf(run.HashAlg)));
        IEnumerable<TpmPolicy> held1 = run.Credentials.Policies.Where(p =>
            held.AsSpan().SequenceEqual([(byte)((ushort)run.HashAlg >> 8), (byte)run.HashAlg, .. p.Digest(run.HashAlg).Span]));
        return Approve(element, held1, $"none of the policies is the one that the NV index holds, {Convert.ToHexString(held)}");
    }

    private PolicyFinding Approve(PolicyElement element, IEnumerable<TpmPolicy> approved, string none)
    {
        (string, TpmPolicy)[] options = [.. approved.Except(_inside).Select((p, i) => (p.Description.Length > 0 ? p.Description : $"approved {i + 1}", p))];
        return options.Length == 0 ? new(element, new(element, PolicyObstacleKind.ApprovalMissing, none), []) : Choose(element, options);
    }

    private PolicyFinding Choose(PolicyElement element, IEnumerable<(string Name, TpmPolicy Policy)> options)
    {
        var found = new List<PolicyOption>();
        _chosen.Remove(element);
        foreach ((string name, TpmPolicy policy) in options)
        {
            var option = new PolicyOption(name, policy, _refused.TryGetValue((element, policy), out PolicyObstacle? refused) ? [new(element, refused, [])] : Make(policy));
            found.Add(option);
            if (option.Holds && _chosen.TryAdd(element, (found.Count - 1, policy)) && !all)
            {
                break;
            }
        }

        return new(element, null, found);
    }
}
