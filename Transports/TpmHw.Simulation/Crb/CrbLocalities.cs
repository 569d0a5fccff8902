namespace TpmHw.Simulation;

/// <summary>Who has a CRB model's TPM. A higher locality goes first.</summary>
internal sealed class CrbLocalities(CrbProfile profile)
{
    private const int Count = 5;

    private readonly bool[] _pending = new bool[Count];
    private readonly bool[] _seized = new bool[Count];
    private TimeSpan _grantDue;
    private bool _hasGuest;

    /// <summary>The locality that has the TPM.</summary>
    public int? Active { get; private set; }

    /// <summary>Whether a dynamic root of trust was established.</summary>
    public bool IsEstablished { get; set; }

    /// <summary>TPM_LOC_STATE.</summary>
    public uint State => (IsEstablished ? 0 : 1u) | (Active is { } active ? 1u << 1 | (uint)active << 2 : 0) | 1u << 7;

    /// <summary>TPM_LOC_STS of a locality.</summary>
    public uint Status(int locality, bool idle)
    {
        bool granted = Active == locality && !(idle && profile.DropsGrantInIdle);
        return (granted ? 1u : 0) | (_seized[locality] ? 1u << 1 : 0);
    }

    /// <summary>Whether a locality may use the control area. Where there are no localities everybody may.</summary>
    public bool Has(int locality) => !profile.Area.HasLocalities || Active == locality;

    public void Request(int locality, TimeSpan due)
    {
        if (Active != locality && locality < profile.Localities)
        {
            _pending[locality] = true;
            _grantDue = due;
        }
    }

    public void Relinquish(int locality)
    {
        _pending[locality] = false;
        if (Active == locality)
        {
            Active = null;
        }
    }

    /// <summary>A locality takes the TPM from a lower one.</summary>
    /// <returns>Whether it got it from somebody.</returns>
    public bool Seize(int locality)
    {
        if (Active >= locality)
        {
            return false;
        }

        bool fromSomebody = Active is not null;
        if (Active is { } victim)
        {
            _seized[victim] = true;
        }

        Active = locality;
        return fromSomebody;
    }

    /// <summary>Grants what is due, and lets a locality in or out that a fault brings.</summary>
    /// <param name="now">The time.</param>
    /// <param name="intruder">The locality that a fault gives the TPM to.</param>
    /// <param name="keepsGuest">Whether the one that came stays.</param>
    /// <returns>Whether the TPM was taken from somebody.</returns>
    public bool Settle(TimeSpan now, int? intruder, bool keepsGuest)
    {
        bool taken = false;
        if (intruder is { } guest && Active != guest)
        {
            taken = Active is not null;
            if (Active is { } victim)
            {
                _seized[victim] = true;
            }

            Active = guest;
            _hasGuest = true;
        }
        else if (_hasGuest && intruder is null && !keepsGuest)
        {
            Active = null;
            _hasGuest = false;
        }

        for (int locality = Count - 1; Active is null && locality >= 0 && now >= _grantDue; locality--)
        {
            if (_pending[locality])
            {
                _pending[locality] = _seized[locality] = false;
                Active = locality;
            }
        }

        return taken;
    }
}
