namespace TpmHw.Simulation;

/// <summary>Who has the TPM: the ACCESS registers of all localities (TIS 1.3, 5.6.11; PTP, 6.5.2.4).</summary>
/// <param name="count">Localities that are decoded.</param>
/// <param name="grantTime">From a request to its grant.</param>
internal sealed class LocalityArbiter(int count, TimeSpan grantTime)
{
    public const byte Valid = 0x80;
    public const byte Active = 0x20;
    public const byte BeenSeized = 0x10;
    public const byte Seize = 0x08;
    public const byte PendingRequest = 0x04;
    public const byte RequestUse = 0x02;
    public const byte NotEstablished = 0x01;

    private const int None = -1;

    private readonly bool[] _requests = new bool[count];
    private readonly bool[] _seized = new bool[count];

    // Lost to another's doing, and the owner has not looked since: he can't know.
    private readonly bool[] _unaware = new bool[count];

    /// <summary>The locality that has the TPM; -1 for none.</summary>
    public int Owner { get; private set; } = None;

    /// <summary>A locality that another party is in, and that therefore does not let go; -1 for none.</summary>
    public int Intruder { get; private set; } = None;

    /// <summary>When the TPM was asked for or became free.</summary>
    public TimeSpan RequestedAt { get; private set; }

    /// <summary>Whether a hash sequence or a fault established a dynamic root of trust.</summary>
    public bool IsEstablished { get; set; }

    /// <summary>Called when the owner loses the TPM.</summary>
    public Action? Lost { get; set; }

    public bool IsUnaware(int locality) => locality < count && _unaware[locality];

    public byte Read(int locality)
    {
        _unaware[locality] = false;
        bool others = false;
        for (int i = 0; i < count; i++)
        {
            others |= i != locality && _requests[i];
        }

        return (byte)(Valid
            | (Owner == locality ? Active : 0)
            | (_seized[locality] ? BeenSeized : 0)
            | (others ? PendingRequest : 0)
            | (_requests[locality] ? RequestUse : 0)
            | (IsEstablished ? 0 : NotEstablished));
    }

    public void Write(int locality, byte command, TimeSpan now)
    {
        switch (command)
        {
            case RequestUse or Seize when Owner == None:
            case RequestUse when Owner != locality:
                _requests[locality] = true;
                RequestedAt = now;
                break;
            case Seize when locality > Owner:
                _seized[Owner] = true;
                TakeFrom(Owner, locality);
                break;
            case Active when Owner == locality:
                Owner = None;
                Intruder = Intruder == locality ? None : Intruder;
                RequestedAt = now;
                Lost?.Invoke();
                break;
            case Active:
                _requests[locality] = false;
                break;
            case BeenSeized:
                _seized[locality] = false;
                break;
        }
    }

    /// <summary>Grants what is due: the highest locality that asked.</summary>
    public void Settle(TimeSpan now, bool isHeldUp)
    {
        int next = Owner == None && !isHeldUp ? Array.LastIndexOf(_requests, true) : None;
        if (next != None && now - RequestedAt >= grantTime)
        {
            _requests[next] = false;
            Owner = next;
        }
    }

    /// <summary>Another party takes the TPM at a locality of its own, and keeps it. Where there is one locality it has none.</summary>
    public void Intrude(int locality, bool seizes)
    {
        if (count == 1)
        {
            return;
        }

        locality = Math.Clamp(locality, 0, count - 1);
        locality = locality == Owner ? (locality + 1) % count : locality;
        if (Owner != None && seizes)
        {
            _seized[Owner] = true;
        }

        TakeFrom(Owner, locality);
        Intruder = locality;
    }

    /// <summary>The other party goes.</summary>
    public void Vacate(TimeSpan now)
    {
        if (Intruder != None)
        {
            Write(Intruder, Active, now);
        }
    }

    /// <summary>Takes the TPM for locality 4 at the start of a hash sequence.</summary>
    public void EnterHash() => Owner = 4;

    /// <summary>Frees the TPM, as a reset or the end of a hash sequence does.</summary>
    /// <param name="unexpected">Whether the owner did not ask for it.</param>
    public void Free(bool unexpected)
    {
        if (Owner != None && unexpected)
        {
            _unaware[Owner] = true;
        }

        Owner = Intruder = None;
        Array.Clear(_requests);
        Array.Clear(_seized);
    }

    private void TakeFrom(int owner, int locality)
    {
        if (owner != None && owner != locality)
        {
            _unaware[owner] = true;
        }

        _requests[locality] = false;
        Owner = locality;
        Lost?.Invoke();
    }
}
