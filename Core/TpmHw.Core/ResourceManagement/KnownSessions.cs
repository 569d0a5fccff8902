using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// The sessions that clients have: those in the TPM's memory, and those that are saved out of it. The TPM numbers the
/// contexts that it gives out, and the oldest one may be only so far behind the newest (Part 1, 30.5).
/// </summary>
internal sealed class KnownSessions(OwnCommands own)
{
    private readonly Dictionary<uint, ManagedSession> _sessions = []; // by number, of which each is one session's, whatever its kind
    private readonly List<ManagedSession> _saved = []; // oldest first
    private ulong _gap = 255; // the smallest that TPMs have
    private int _slots = int.MaxValue; // learned from the TPM's refusals

    /// <summary>The number of the command that runs: what it uses stays loaded until it has ended.</summary>
    public long Now { get; set; }

    /// <summary>Every session, loaded or not.</summary>
    public IReadOnlyCollection<ManagedSession> All => _sessions.Values;

    private int Loaded => _sessions.Values.Count(static s => s.IsLoaded);

    public ManagedSession? Find(uint handle) => _sessions.GetValueOrDefault(ManagedSession.Number(handle)) is { } known && known.Handle == handle ? known : null;

    /// <summary>Asks the TPM how far the contexts of sessions may lie apart.</summary>
    public void ReadGap() => _gap = own.Property(TpmPt.ContextGapMax) ?? _gap;

    /// <summary>A session was started, or loaded.</summary>
    public void Add(ManagedSession session)
    {
        session.IsLoaded = true;
        session.LastUse = Now;
        session.Context = session.Given = null;
        if (_sessions.Remove(ManagedSession.Number(session.Handle), out ManagedSession? before))
        {
            _saved.Remove(before); // itself, or one from before a reset
        }

        _sessions.Add(ManagedSession.Number(session.Handle), session);
    }

    /// <summary>The TPM no longer has it.</summary>
    public void Forget(ManagedSession gone)
    {
        _saved.Remove(gone);
        if (Find(gone.Handle) == gone)
        {
            _sessions.Remove(ManagedSession.Number(gone.Handle));
        }
    }

    /// <summary>Takes it out of the TPM.</summary>
    public void Flush(ManagedSession gone)
    {
        own.Flush(gone.Handle);
        Forget(gone);
    }

    /// <summary>Makes room for a session that is about to be loaded, as far as it is known how many there is room for.</summary>
    public void Reserve()
    {
        while (Loaded >= _slots && TryEvict())
        {
        }
    }

    /// <summary>The TPM has said that it has no room for one more.</summary>
    public void LearnSlots() => _slots = Math.Max(1, Loaded);

    /// <summary>Saves the one that was not used for the longest time.</summary>
    /// <returns>Whether there was such a one.</returns>
    public bool TryEvict()
    {
        ManagedSession? oldest = null;
        foreach (ManagedSession candidate in _sessions.Values)
        {
            oldest = candidate.IsLoaded && candidate.LastUse < (oldest?.LastUse ?? Now) ? candidate : oldest;
        }

        if (oldest is null || Save(oldest) != TpmRc.Success)
        {
            return false;
        }

        TpmHwTelemetry.ShareSwaps.Add(1);
        return true;
    }

    /// <summary>Saves a session out of the TPM, where it isn't yet.</summary>
    /// <returns>The TPM's response code.</returns>
    public uint Save(ManagedSession saved)
    {
        if (!saved.IsLoaded)
        {
            return TpmRc.Success;
        }

        uint code;
        while ((code = own.Send(TpmCc.ContextSave, saved.Handle)) == TpmRc.ContextGap && TryCloseGap())
        {
        }

        if (code == TpmRc.Success)
        {
            KeepSaved(saved);
            KeepGapSmall();
        }

        return code;
    }

    /// <summary>Loads the oldest saved session and saves it again, which gives it a new number.</summary>
    /// <returns>Whether the gap is smaller now.</returns>
    public bool TryCloseGap()
    {
        if (_saved.Count == 0)
        {
            return FlushStrangers();
        }

        ManagedSession oldest = _saved[0];
        uint code = own.Send(TpmCc.ContextLoad, oldest.Context);
        if (new TpmResponseCode(code).IsWarning)
        {
            return FlushStrangers();
        }

        if (code != TpmRc.Success)
        {
            Flush(oldest);
            return true;
        }

        oldest.IsLoaded = true;
        _saved.RemoveAt(0);
        if (own.Send(TpmCc.ContextSave, oldest.Handle) == TpmRc.Success)
        {
            KeepSaved(oldest);
        }

        return true;
    }

    /// <summary>Flushes those that were saved by clients that have left, the oldest first.</summary>
    /// <param name="kept">How many may stay.</param>
    /// <returns>Whether one went.</returns>
    public bool FlushAbandoned(int kept)
    {
        ManagedSession[] abandoned = [.. _saved.Where(static s => s.Owner is null && s.Saver is null or { HasLeft: true })];
        foreach (ManagedSession oldest in abandoned.SkipLast(kept))
        {
            Flush(oldest);
        }

        return abandoned.Length > kept;
    }

    /// <summary>Flushes saved sessions that are not known here: programs may have left them before there was this manager.</summary>
    /// <returns>Whether there were any.</returns>
    public bool FlushStrangers()
    {
        if (!own.TryReadHandles(TpmHt.PolicySession, out HashSet<uint> saved))
        {
            return false;
        }

        uint[] strangers = [.. saved.Where(handle => !_sessions.ContainsKey(ManagedSession.Number(handle)))];
        Array.ForEach(strangers, own.Flush);
        return strangers.Length > 0;
    }

    /// <summary>Flushes what clients that have left had.</summary>
    public void FlushLeft() => All.Where(static s => s.Owner is { HasLeft: true }).ToList().ForEach(Flush);

    /// <summary>Nothing is loaded any more; what was saved before may still be loaded, where the TPM was only restarted.</summary>
    public void Lost()
    {
        foreach (ManagedSession lost in _sessions.Values.Where(static s => s.IsLoaded).ToArray())
        {
            Forget(lost);
        }
    }

    /// <summary>Compares with what the TPM says that it has: forgets what is gone, flushes what is loaded and nobody's.</summary>
    /// <returns>Whether it says so.</returns>
    public bool TryCompare()
    {
        if (!own.TryReadHandles(TpmHt.HmacSession, out HashSet<uint> loaded) || !own.TryReadHandles(TpmHt.PolicySession, out HashSet<uint> saved))
        {
            return false;
        }

        HashSet<uint> numbers = [.. loaded.Select(ManagedSession.Number)], savedNumbers = [.. saved.Select(ManagedSession.Number)];
        foreach (ManagedSession known in _sessions.Values.ToArray())
        {
            if (!(known.IsLoaded ? numbers : savedNumbers).Remove(ManagedSession.Number(known.Handle)))
            {
                Forget(known);
            }
        }

        foreach (uint stranger in numbers)
        {
            own.Flush((uint)TpmHt.HmacSession << 24 | stranger);
        }

        return true;
    }

    /// <summary>Refreshes the oldest contexts long before the TPM's counter runs into them: now there is a slot to load them into.</summary>
    private void KeepGapSmall()
    {
        for (int i = _saved.Count; i > 0 && _saved[^1].ContextNumber - _saved[0].ContextNumber > _gap / 2 && TryCloseGap(); i--)
        {
        }
    }

    private void KeepSaved(ManagedSession saved)
    {
        saved.Context = own.Answer.ToArray();
        saved.IsLoaded = false;
        _saved.Add(saved);
    }
}
