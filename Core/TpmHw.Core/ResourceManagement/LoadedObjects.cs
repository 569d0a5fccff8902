using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>The objects and sequences that the TPM has in its memory, and how many there is room for.</summary>
internal sealed class LoadedObjects(OwnCommands own)
{
    private readonly List<ManagedObject> _objects = [];
    private int _slots = int.MaxValue; // learned from the TPM's refusals

    /// <summary>The number of the command that runs: what it uses stays loaded until it has ended.</summary>
    public long Now { get; set; }

    /// <summary>An object was loaded.</summary>
    public void Add(ManagedObject added)
    {
        added.IsLoaded = true;
        added.LastUse = Now;
        _objects.Add(added);
    }

    /// <summary>The TPM no longer has it.</summary>
    public void Forget(ManagedObject gone)
    {
        Remove(gone);
        gone.Owner.Objects.Remove(gone.Virtual);
    }

    /// <summary>Takes it out of the TPM.</summary>
    public void Flush(ManagedObject gone)
    {
        if (gone.IsLoaded)
        {
            own.Flush(gone.Handle);
        }

        Forget(gone);
    }

    /// <summary>Makes room for objects that are about to be loaded, as far as it is known how many there is room for.</summary>
    public void Reserve(int objects)
    {
        while (_objects.Count + objects > _slots && TryEvict())
        {
        }
    }

    /// <summary>The TPM has said that it has no room for one more.</summary>
    public void LearnSlots() => _slots = Math.Max(1, _objects.Count);

    /// <summary>Saves and flushes what was not used for the longest time.</summary>
    /// <returns>Whether there was such a thing.</returns>
    public bool TryEvict()
    {
        ManagedObject? oldest = null;
        foreach (ManagedObject candidate in _objects)
        {
            oldest = candidate.LastUse < (oldest?.LastUse ?? Now) ? candidate : oldest;
        }

        if (oldest is null)
        {
            return false;
        }

        if (!oldest.IsSaved)
        {
            if (own.Send(TpmCc.ContextSave, oldest.Handle) != TpmRc.Success)
            {
                return false;
            }

            oldest.Keep(own.Answer);
        }

        own.Flush(oldest.Handle);
        Remove(oldest);
        TpmHwTelemetry.ShareSwaps.Add(1);
        return true;
    }

    /// <summary>Nothing is loaded any more.</summary>
    public void Lost() => _objects.ToList().ForEach(Unload);

    /// <summary>Compares with what the TPM says that it has: forgets what is gone, flushes what is nobody's.</summary>
    public void Compare()
    {
        HashSet<uint> loaded = [.. own.Handles(TpmHt.Transient)];
        foreach (ManagedObject known in _objects.ToArray())
        {
            if (!loaded.Remove(known.Handle))
            {
                Unload(known);
            }
        }

        foreach (uint stranger in loaded)
        {
            own.Flush(stranger);
        }
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
