using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// The clients' sessions, loaded and saved. The TPM numbers the contexts that it saves, and limits how far the oldest one
/// may be behind the newest (Part 1, 30.5).
/// </summary>
internal sealed class SessionTable(ManagerCommands commands)
{
    private readonly Dictionary<uint, ManagedSession> _sessions = []; // by number, which is unique across both kinds of session
    private readonly List<ManagedSession> _saved = []; // oldest first
    private ulong _gap = 255; // the smallest that TPMs have
    private int _slots = int.MaxValue; // learned from the TPM's refusals

    /// <summary>The number of the running command. What it uses is not evicted.</summary>
    public long Now { get; set; }

    /// <summary>All sessions, loaded and saved.</summary>
    public IReadOnlyCollection<ManagedSession> All => _sessions.Values;

    private int Loaded => _sessions.Values.Count(static s => s.IsLoaded);

    /// <summary>Finds a session by its handle; null if there is none.</summary>
    public ManagedSession? Find(uint handle) => _sessions.GetValueOrDefault(ManagedSession.Number(handle)) is { } known && known.Handle == handle ? known : null;

    /// <summary>Asks the TPM how far the oldest saved context may be behind the newest.</summary>
    public void ReadGap() => _gap = commands.Property(TpmPt.ContextGapMax) ?? _gap;

    /// <summary>Adds a session that was started or loaded.</summary>
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

    /// <summary>Forgets a session that the TPM no longer has.</summary>
    public void Forget(ManagedSession gone)
    {
        _saved.Remove(gone);
        if (Find(gone.Handle) == gone)
        {
            _sessions.Remove(ManagedSession.Number(gone.Handle));
        }
    }

    /// <summary>Flushes a session and forgets it.</summary>
    public void Flush(ManagedSession gone)
    {
        commands.Flush(gone.Handle);
        Forget(gone);
    }

    /// <summary>Evicts sessions until one more can be loaded, if the number of slots is known.</summary>
    public void Reserve()
    {
        while (Loaded >= _slots && TryEvict())
        {
        }
    }

    /// <summary>Records that all slots are taken.</summary>
    public void LearnSlots() => _slots = Math.Max(1, Loaded);

    /// <summary>Evicts the loaded session that was used least recently.</summary>
    /// <returns>Whether one was evicted.</returns>
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

    /// <summary>Saves a session if it is loaded.</summary>
    /// <returns>The TPM's response code.</returns>
    public uint Save(ManagedSession saved)
    {
        if (!saved.IsLoaded)
        {
            return TpmRc.Success;
        }

        uint code;
        while ((code = commands.Send(TpmCc.ContextSave, saved.Handle)) == TpmRc.ContextGap && TryCloseGap())
        {
        }

        if (code == TpmRc.Success)
        {
            KeepSaved(saved);
            KeepGapSmall();
        }

        return code;
    }

    /// <summary>Loads the oldest saved session and saves it again, so that it gets a new number.</summary>
    /// <returns>Whether the gap is smaller now.</returns>
    public bool TryCloseGap()
    {
        if (_saved.Count == 0)
        {
            return FlushStrangers();
        }

        ManagedSession oldest = _saved[0];
        uint code = commands.Send(TpmCc.ContextLoad, oldest.Context);
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
        if (commands.Send(TpmCc.ContextSave, oldest.Handle) == TpmRc.Success)
        {
            KeepSaved(oldest);
        }

        return true;
    }

    /// <summary>Flushes sessions that were saved by clients that have left, the oldest first.</summary>
    /// <param name="kept">How many to keep.</param>
    /// <returns>Whether any was flushed.</returns>
    public bool FlushAbandoned(int kept)
    {
        ManagedSession[] abandoned = [.. _saved.Where(static s => s.Owner is null && s.Saver is null or { HasLeft: true })];
        foreach (ManagedSession oldest in abandoned.SkipLast(kept))
        {
            Flush(oldest);
        }

        return abandoned.Length > kept;
    }

    /// <summary>Flushes saved sessions that are not in this table. Programs may have left them before the manager started.</summary>
    /// <returns>Whether there were any.</returns>
    public bool FlushStrangers()
    {
        if (!commands.TryReadHandles(TpmHt.PolicySession, out HashSet<uint> saved))
        {
            return false;
        }

        uint[] strangers = [.. saved.Where(handle => !_sessions.ContainsKey(ManagedSession.Number(handle)))];
        Array.ForEach(strangers, commands.Flush);
        return strangers.Length > 0;
    }

    /// <summary>Flushes the loaded sessions of clients that have left.</summary>
    public void FlushLeft() => All.Where(static s => s.Owner is { HasLeft: true }).ToList().ForEach(Flush);

    /// <summary>Forgets the loaded sessions. Saved ones are kept: after a TPM Restart their contexts can still be loaded.</summary>
    public void Lost()
    {
        foreach (ManagedSession lost in _sessions.Values.Where(static s => s.IsLoaded).ToArray())
        {
            Forget(lost);
        }
    }

    /// <summary>Compares the table with the handles that the TPM lists. Forgets sessions that are gone, and flushes loaded ones that no client owns.</summary>
    /// <returns>Whether the TPM lists them.</returns>
    public bool TryCompare()
    {
        if (!commands.TryReadHandles(TpmHt.HmacSession, out HashSet<uint> loaded) || !commands.TryReadHandles(TpmHt.PolicySession, out HashSet<uint> saved))
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
            commands.Flush((uint)TpmHt.HmacSession << 24 | stranger);
        }

        return true;
    }

    /// <summary>Saves the oldest contexts again long before the gap reaches its limit: a slot is free now to load them into.</summary>
    private void KeepGapSmall()
    {
        for (int i = _saved.Count; i > 0 && _saved[^1].ContextNumber - _saved[0].ContextNumber > _gap / 2 && TryCloseGap(); i--)
        {
        }
    }

    private void KeepSaved(ManagedSession saved)
    {
        saved.Context = commands.Answer.ToArray();
        saved.IsLoaded = false;
        _saved.Add(saved);
    }
}
