using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>The objects and sequences that are loaded in the TPM, and how many there is room for.</summary>
internal sealed class ObjectTable(ManagerCommands commands)
{
    private readonly List<ManagedObject> _objects = [];
    private int _slots = int.MaxValue; // learned from the TPM's refusals

    /// <summary>The number of the running command. What it uses is not evicted.</summary>
    public long Now { get; set; }

    /// <summary>Adds an object that was loaded.</summary>
    public void Add(ManagedObject added)
    {
        if (_objects.Find(o => o.Handle == added.Handle) is { } gone)
        {
            Unload(gone); // the TPM was reset, and nothing has told the manager
        }

        added.IsLoaded = true;
        added.Use(Now);
        _objects.Add(added);
    }

    /// <summary>Forgets an object that the TPM no longer has.</summary>
    public void Forget(ManagedObject gone)
    {
        Remove(gone);
        gone.Owner.Objects.Remove(gone.Virtual);
    }

    /// <summary>Flushes an object and forgets it.</summary>
    public void Flush(ManagedObject gone)
    {
        if (gone.IsLoaded)
        {
            commands.Flush(gone.Handle);
        }

        Forget(gone);
    }

    /// <summary>Evicts objects until the given number can be loaded, if the number of slots is known.</summary>
    public void Reserve(int objects)
    {
        while (_objects.Count + objects > _slots && TryEvict())
        {
        }
    }

    /// <summary>Records that all slots are taken. Only a refused TPM2_ContextLoad proves this: other commands may need a slot for a persistent object too.</summary>
    public void LearnSlots() => _slots = Math.Max(1, _objects.Count);

    /// <summary>Evicts an object: saves it if necessary, and flushes it.</summary>
    /// <returns>Whether one was evicted.</returns>
    public bool TryEvict()
    {
        if (FindVictim() is not { } victim)
        {
            return false;
        }

        if (!victim.IsSaved)
        {
            if (commands.Send(TpmCc.ContextSave, victim.Handle) != TpmRc.Success)
            {
                return false;
            }

            victim.Keep(commands.Answer);
        }

        commands.Flush(victim.Handle);
        Remove(victim);
        TpmHwTelemetry.ShareSwaps.Add(1);
        return true;
    }

    /// <summary>Marks all objects as no longer loaded.</summary>
    public void Lost() => _objects.ToList().ForEach(Unload);

    /// <summary>Flushes the objects of clients that have left.</summary>
    public void FlushLeft() => _objects.Where(static o => o.Owner.HasLeft).ToList().ForEach(Flush);

    /// <summary>Compares the table with the handles that the TPM lists. Forgets objects that are gone, and flushes those that no client owns.</summary>
    /// <returns>Whether the TPM lists them.</returns>
    public bool TryCompare()
    {
        if (!commands.TryReadHandles(TpmHt.Transient, out HashSet<uint> loaded))
        {
            return false;
        }

        foreach (ManagedObject known in _objects.ToArray())
        {
            if (!loaded.Remove(known.Handle))
            {
                Unload(known);
            }
        }

        foreach (uint stranger in loaded)
        {
            commands.Flush(stranger);
        }

        return true;
    }

    /// <summary>Chooses, from the client that has been idle longest, the object that it is expected to need last. Returns null if every object is in use.</summary>
    private ManagedObject? FindVictim()
    {
        ManagedObject? oldest = null;
        foreach (ManagedObject candidate in _objects)
        {
            oldest = candidate.LastUse < (oldest?.LastUse ?? Now) ? candidate : oldest;
        }

        ManagedObject? victim = oldest;
        foreach (ManagedObject candidate in _objects)
        {
            bool canGo = candidate.Owner == oldest?.Owner && candidate.LastUse < Now;
            victim = canGo && candidate.ExpectedIn > victim!.ExpectedIn ? candidate : victim;
        }

        return victim;
    }

    private void Unload(ManagedObject gone)
    {
        if (gone.IsSaved)
        {
            Remove(gone);
        }
        else
        {
            Forget(gone);
        }
    }

    private void Remove(ManagedObject gone)
    {
        _objects.Remove(gone);
        gone.IsLoaded = false;
    }
}
