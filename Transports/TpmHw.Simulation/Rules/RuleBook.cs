using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary>What a model holds against the driver.</summary>
public sealed class RuleBook
{
    // A driver that polls in a wrong way breaks a rule millions of times; the first ones tell.
    private const int Kept = 256;

    private readonly TpmClock _clock;
    private readonly List<RuleViolation> _violations = [];

    internal RuleBook(TpmClock clock) => _clock = clock;

    /// <summary>The breaches, oldest first: the first 256 of them.</summary>
    public IReadOnlyList<RuleViolation> Violations => _violations;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    internal bool DuringFault { get; set; }

    /// <summary>Forgets all breaches.</summary>
    public void Clear()
    {
        _violations.Clear();
        Count = 0;
    }

    internal void Record(TpmRule rule, int locality, int offset, string detail, ulong? address = null)
    {
        Count++;
        if (_violations.Count < Kept)
        {
            _violations.Add(new RuleViolation(_clock.Now, rule, locality, offset, detail, DuringFault) { Address = address });
        }
    }
}
