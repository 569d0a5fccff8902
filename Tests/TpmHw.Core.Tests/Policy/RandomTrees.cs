using TpmHw.Policy;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Policy;

/// <summary>Policies at random, with choices inside choices, and what trial sessions of a TPM make of them.</summary>
internal sealed class RandomTrees(Tpm2 tpm, TpmObject key, TpmNvIndex index, TpmAlgId hash)
{
    private delegate PolicyElement Maker(RandomTrees trees);

    // A session takes one of those that have the same letter; another would contradict the first.
    private static readonly (char Group, Maker Make)[] s_kinds =
    [
        (' ', static t => new PolicyAuthValue()),
        (' ', static t => new PolicyPassword()),
        (' ', static t => new PolicyPhysicalPresence()),
        (' ', static t => new PolicySigned(t.Key.PublicArea, t.Bytes(t.Next(33)))),
        (' ', static t => new PolicySecret(TpmRh.Owner, t.Bytes(t.Next(33)))),
        (' ', static t => new PolicyPcr(t.Pcrs())),
        (' ', static t => new PolicyNv(t.Index.PublicArea, t.Bytes(1 + t.Next(16)), (TpmEo)t.Next(12), (ushort)t.Next(8))),
        (' ', static t => new PolicyCounterTimer(t.Bytes(1 + t.Next(8)), (TpmEo)t.Next(12), (ushort)t.Next(8))),
        ('l', static t => new PolicyLocality((TpmaLocality)(1 + t.Next(255)))),
        ('w', static t => new PolicyNvWritten(t.Next(2) == 0)),
        ('c', static t => new PolicyCommandCode((TpmCc)(0x11F + t.Next(3)))),
        ('h', static t => new PolicyCpHash(t.Digest())),
        ('h', static t => new PolicyNameHash(t.Digest())),
        ('h', static t => new PolicyNameHash(t.Key.Name, t.Index.Name)),
        ('h', static t => new PolicyTemplate(t.Digest())),
        ('h', static t => new PolicyTemplate(t.Key.PublicArea)),
        ('d', static t => new PolicyDuplicationSelect(t.Key.Name, t.Next(2) == 0 ? default : t.Index.Name)),
    ];

    private static readonly Maker[] s_first =
    [
        static t => new PolicyAuthorize(t.Key.PublicArea, t.Bytes(t.Next(33))),
        static t => new PolicyAuthorizeNv(t.Index.PublicArea),
    ];

    private Random _random = new();

    /// <summary>The elements that were used so far.</summary>
    public HashSet<Type> Used { get; } = [];

    /// <summary>The most branches that a choice had.</summary>
    public int Widest { get; private set; }

    private TpmObject Key => key;

    private TpmNvIndex Index => index;

    private int Size => hash switch { TpmAlgId.Sha1 => 20, TpmAlgId.Sha384 => 48, TpmAlgId.Sha512 => 64, _ => 32 };

    public void Check(int seed)
    {
        _random = new(seed);
        TpmPolicy policy = Make("", depth: 0, isFirst: true);
        Tpm2bDigest given = TrialCommands.DigestOf(tpm, policy, hash, key);
        Assert.True(given == policy.Digest(hash), $"seed {seed}: {policy}");
    }

    private TpmPolicy Make(string taken, int depth, bool isFirst)
    {
        var elements = new List<PolicyElement>();
        for (int left = 1 + Next(depth == 0 ? 6 : 3); left > 0; left--)
        {
            if (isFirst && elements.Count == 0 && Next(5) == 0)
            {
                elements.Add(s_first[Next(s_first.Length)](this));
            }
            else if (depth < 3 && Next(5 + 5 * depth) == 0)
            {
                // Everything that one of the branches may take is taken after it.
                int count = depth == 0 && Next(6) == 0 ? 9 + Next(10) : 2 + Next(4);
                Widest = Math.Max(Widest, count);
                elements.Add(PolicyOr.Of(Enumerable.Range(0, count).Select(_ => Make(taken, count > 8 ? 3 : depth + 1, isFirst && elements.Count == 0))));
                taken += "lwchd";
            }
            else
            {
                (char group, Maker make) = s_kinds[Next(s_kinds.Length)];
                bool contradicts = taken.Contains(group) || group == 'd' && taken.AsSpan().ContainsAny("ch") || group is 'c' or 'h' && taken.Contains('d');
                if (!contradicts)
                {
                    elements.Add(make(this));
                    taken += group == ' ' ? "" : group;
                }
            }
        }

        if (elements.Count == 0)
        {
            elements.Add(new PolicyAuthValue());
        }

        Used.UnionWith(elements.Select(e => e.GetType()));
        return TpmPolicy.Of([.. elements]);
    }

    private int Next(int below) => _random.Next(below);

    private IEnumerable<PolicyPcrValue> Pcrs() =>
        from bank in Next(2) == 0 ? new[] { TpmAlgId.Sha1, TpmAlgId.Sha256 } : [TpmAlgId.Sha256]
        from pcr in Enumerable.Range(0, 24).Where(_ => Next(6) == 0).DefaultIfEmpty(16).ToArray()
        select new PolicyPcrValue(bank, pcr, Bytes(bank == TpmAlgId.Sha1 ? 20 : 32));

    private Tpm2bDigest Digest() => Bytes(Size);

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
