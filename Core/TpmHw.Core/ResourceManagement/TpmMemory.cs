using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// The TPM's memory: what is loaded and what is saved out of it. Things stay loaded until their room is needed; then
/// that goes which was not used for the longest time.
/// </summary>
internal sealed class TpmMemory(ITpmTransport tpm)
{
    private readonly byte[] _command = new byte[tpm.Info.MaxCommandSize];
    private readonly byte[] _response = new byte[tpm.Info.MaxResponseSize];
    private readonly List<ManagedObject> _objects = [];
    private readonly List<ManagedSession> _saved = []; // oldest first: the gap is counted from there (Part 1, 30.5)
    private ulong _gap = 255; // the smallest that TPMs have
    private int _slots = int.MaxValue; // learned from the TPM's refusals
    private int _sessionSlots = int.MaxValue;
    private long _now;

    /// <summary>Every session that is known, by its handle.</summary>
    public Dictionary<uint, ManagedSession> Sessions { get; } = [];

    /// <summary>Asks the TPM how far the contexts of sessions may lie apart (TPM_PT_CONTEXT_GAP_MAX).</summary>
    public void ReadGap()
    {
        Span<byte> body = stackalloc byte[3 * sizeof(uint)];
        var writer = new TpmWriter(body);
        writer.WriteUInt32((uint)TpmCap.TpmProperties);
        writer.WriteUInt32((uint)TpmPt.ContextGapMax);
        writer.WriteUInt32(1);
        if (Send(TpmCc.GetCapability, body) == TpmRc.Success)
        {
            var reader = new TpmReader(Answer);
            reader.ReadBytes(sizeof(byte) + sizeof(uint)); // moreData, capability
            if (reader.ReadCount(1, 2 * sizeof(uint)) == 1 && reader.ReadUInt32() == (uint)TpmPt.ContextGapMax)
            {
                _gap = reader.ReadUInt32();
            }
        }
    }

    /// <summary>Begins with a command: what it uses from now on stays loaded until it has ended.</summary>
    public void Begin() => _now++;

    /// <summary>An object was loaded by a client's command.</summary>
    public void Add(ManagedObject added)
    {
        added.IsLoaded = true;
        added.LastUse = _now;
        _objects.Add(added);
    }

    /// <summary>A session was started, or loaded by a client's command.</summary>
    public void Add(ManagedSession session)
    {
        session.IsLoaded = true;
        session.LastUse = _now;
        session.Context = session.Given = null;
        _saved.Remove(session);
        Sessions[session.Handle] = session; // one of that handle from before a reset is gone
    }

    /// <summary>The TPM no longer has it.</summary>
    public void Forget(ManagedObject gone)
    {
        _objects.Remove(gone);
        gone.IsLoaded = false;
        gone.Owner.Objects.Remove(gone.Virtual);
    }

    /// <summary>The TPM no longer has it.</summary>
    public void Forget(ManagedSession gone)
    {
        _saved.Remove(gone);
        if (Sessions.GetValueOrDefault(gone.Handle) == gone)
        {
            Sessions.Remove(gone.Handle);
        }
    }

    /// <summary>Takes it out of the TPM.</summary>
    public void Flush(ManagedObject gone)
    {
        if (gone.IsLoaded)
        {
            Flush(gone.Handle);
        }

        Forget(gone);
    }

    /// <summary>Takes it out of the TPM.</summary>
    public void Flush(ManagedSession gone)
    {
        Flush(gone.Handle);
        Forget(gone);
    }

    /// <summary>Makes room for objects that are about to be loaded, as far as it is known how many there is room for.</summary>
    public void Reserve(int objects)
    {
        while (_objects.Count + objects > _slots && EvictObject())
        {
        }
    }

    /// <summary>Makes room for a session that is about to be loaded, as far as it is known how many there is room for.</summary>
    public void ReserveSession()
    {
        while (LoadedSessions >= _sessionSlots && EvictSession())
        {
        }
    }

    /// <summary>Has it stay loaded during this command, if it is.</summary>
    public void Hold(ManagedObject used) => used.LastUse = _now;

    /// <summary>Sees to it that an object is loaded, and stays so during this command.</summary>
    /// <returns>Whether it is; if not, it is lost.</returns>
    public bool TryUse(ManagedObject used)
    {
        used.LastUse = _now;
        if (used.IsLoaded)
        {
            return true;
        }

        Reserve(1);
        if (Load(used.Context) != TpmRc.Success)
        {
            Forget(used);
            return false;
        }

        used.Handle = BinaryPrimitives.ReadUInt32BigEndian(_response.AsSpan(TpmHeader.Size));
        Add(used);
        return true;
    }

    /// <summary>Sees to it that a session is loaded, and stays so during this command.</summary>
    /// <returns>Whether it is; if not, it is lost.</returns>
    public bool TryUse(ManagedSession used)
    {
        used.LastUse = _now;
        if (used.IsLoaded)
        {
            return true;
        }

        ReserveSession();
        if (Load(used.Context) != TpmRc.Success)
        {
            Forget(used);
            return false;
        }

        Add(used);
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
        while ((code = Send(TpmCc.ContextSave, saved.Handle)) == ManagerRc.ContextGap && CloseGap())
        {
        }

        if (code == TpmRc.Success)
        {
            KeepSaved(saved);
            KeepGapSmall();
        }

        return code;
    }

    /// <summary>Makes room, after the TPM has answered that there is none. Such a command has not been executed.</summary>
    /// <returns>Whether there is more room than before, so that it is worth sending again.</returns>
    public bool MakeRoom(uint code)
    {
        switch (code)
        {
            case ManagerRc.ObjectMemory:
                _slots = Math.Max(1, _objects.Count);
                return EvictObject();
            case ManagerRc.ObjectHandles:
                return EvictObject();
            case ManagerRc.SessionMemory:
                _sessionSlots = Math.Max(1, LoadedSessions);
                return EvictSession();
            case ManagerRc.Memory:
                return EvictObject() || EvictSession();
            case ManagerRc.SessionHandles:
                return FlushOldestGiven();
            case ManagerRc.ContextGap:
                return CloseGap();
            default:
                return false;
        }
    }

    /// <summary>Flushes the session that was saved by a client, and not loaded again, for the longest time.</summary>
    public bool FlushOldestGiven()
    {
        if (_saved.Find(static s => s.Owner is null) is not { } oldest)
        {
            return false;
        }

        Flush(oldest);
        return true;
    }

    /// <summary>Nothing is loaded any more; what was saved before may still be loaded, where the TPM was only restarted.</summary>
    public void Lost()
    {
        foreach (ManagedObject lost in _objects.ToArray())
        {
            Unload(lost);
        }

        foreach (ManagedSession lost in Sessions.Values.Where(static s => s.IsLoaded).ToArray())
        {
            Forget(lost);
        }
    }

    /// <summary>Compares with what the TPM says that it has: forgets what is gone, flushes what is nobody's.</summary>
    public void Compare()
    {
        HashSet<uint> loaded = [.. List((uint)TpmHt.Transient << 24)];
        foreach (ManagedObject known in _objects.ToArray())
        {
            if (!loaded.Remove(known.Handle))
            {
                Unload(known);
            }
        }

        foreach (uint stranger in loaded)
        {
            Flush(stranger);
        }

        HashSet<uint> sessions = [.. List((uint)TpmHt.HmacSession << 24).Select(Number)];
        HashSet<uint> saved = [.. List((uint)TpmHt.PolicySession << 24).Select(Number)];
        foreach (ManagedSession known in Sessions.Values.ToArray())
        {
            if (!(known.IsLoaded ? sessions : saved).Contains(Number(known.Handle)))
            {
                Forget(known);
            }
        }

        HashSet<uint> owned = [.. Sessions.Keys.Select(Number)];
        foreach (uint stranger in sessions.Where(s => !owned.Contains(s)))
        {
            Flush((uint)TpmHt.HmacSession << 24 | stranger);
        }
    }

    /// <summary>Sends one of the manager's own commands, with one UINT32.</summary>
    /// <returns>The response code.</returns>
    public uint Send(TpmCc code, uint value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(word, value);
        return Send(code, word);
    }

    /// <summary>Sends one of the manager's own commands.</summary>
    /// <returns>The response code.</returns>
    public uint Send(TpmCc code, ReadOnlySpan<byte> body)
    {
        int size = TpmHeader.Size + body.Length;
        new TpmHeader(TpmHeader.NoSessions, (uint)size, (uint)code).Write(_command);
        body.CopyTo(_command.AsSpan(TpmHeader.Size));
        ResponseLength = tpm.Transmit(_command.AsSpan(0, size), _response);
        return TpmHeader.Read(_response).Code;
    }

    /// <summary>What the TPM answered to the manager's last command, after the header.</summary>
    public ReadOnlySpan<byte> Answer => _response.AsSpan(TpmHeader.Size, ResponseLength - TpmHeader.Size);

    private int ResponseLength { get; set; }

    private int LoadedSessions => Sessions.Values.Count(static s => s.IsLoaded);

    private static uint Number(uint handle) => handle & 0xFFFFFF;

    private uint Load(ReadOnlySpan<byte> context)
    {
        uint code;
        while ((code = Send(TpmCc.ContextLoad, context)) != TpmRc.Success && MakeRoom(code))
        {
        }

        return code;
    }

    private void Flush(uint handle) => Send(TpmCc.FlushContext, handle);

    private void Unload(ManagedObject gone)
    {
        if (gone.IsSaved)
        {
            _objects.Remove(gone);
            gone.IsLoaded = false;
        }
        else
        {
            Forget(gone);
        }
    }

    private bool EvictObject()
    {
        ManagedObject? oldest = null;
        foreach (ManagedObject candidate in _objects)
        {
            oldest = candidate.LastUse < (oldest?.LastUse ?? _now) ? candidate : oldest;
        }

        if (oldest is null)
        {
            return false;
        }

        if (!oldest.IsSaved)
        {
            if (Send(TpmCc.ContextSave, oldest.Handle) != TpmRc.Success)
            {
                return false;
            }

            oldest.Keep(Answer);
        }

        Flush(oldest.Handle);
        _objects.Remove(oldest);
        oldest.IsLoaded = false;
        return true;
    }

    private bool EvictSession()
    {
        ManagedSession? oldest = null;
        foreach (ManagedSession candidate in Sessions.Values)
        {
            oldest = candidate.IsLoaded && candidate.LastUse < (oldest?.LastUse ?? _now) ? candidate : oldest;
        }

        return oldest is not null && Save(oldest) == TpmRc.Success;
    }

    /// <summary>Loads the oldest saved session and saves it again, which gives it a new number (Part 1, 30.5).</summary>
    private bool CloseGap()
    {
        if (_saved.Count == 0)
        {
            return false;
        }

        ManagedSession oldest = _saved[0];
        uint code = Send(TpmCc.ContextLoad, oldest.Context);
        if (code == ManagerRc.SessionMemory)
        {
            return false;
        }

        if (code != TpmRc.Success)
        {
            Forget(oldest);
            return true;
        }

        oldest.IsLoaded = true;
        _saved.RemoveAt(0);
        if (Send(TpmCc.ContextSave, oldest.Handle) == TpmRc.Success)
        {
            KeepSaved(oldest);
        }

        return true;
    }

    /// <summary>Refreshes the oldest contexts long before the TPM's counter runs into them: now there is a slot to load them into.</summary>
    private void KeepGapSmall()
    {
        for (int i = _saved.Count; i > 0 && _saved[^1].Number - _saved[0].Number > _gap / 2 && CloseGap(); i--)
        {
        }
    }

    private void KeepSaved(ManagedSession saved)
    {
        saved.Context = Answer.ToArray();
        saved.IsLoaded = false;
        _saved.Add(saved);
    }

    /// <summary>The handles of one kind that the TPM has.</summary>
    private List<uint> List(uint first)
    {
        const uint Many = 64;
        var handles = new List<uint>();
        bool more = true;
        Span<byte> body = stackalloc byte[3 * sizeof(uint)];
        while (more)
        {
            var writer = new TpmWriter(body);
            writer.WriteUInt32((uint)TpmCap.Handles);
            writer.WriteUInt32(first);
            writer.WriteUInt32(Many);
            if (Send(TpmCc.GetCapability, body) != TpmRc.Success)
            {
                break;
            }

            var reader = new TpmReader(Answer);
            more = reader.ReadYesNo();
            reader.ReadUInt32();
            int count = reader.ReadCount((int)Many, sizeof(uint));
            for (int i = 0; i < count; i++)
            {
                handles.Add(reader.ReadUInt32());
            }

            first = count > 0 ? (first & 0xFF000000 | Number(handles[^1])) + 1 : first;
            more &= count > 0;
        }

        return handles;
    }
}
