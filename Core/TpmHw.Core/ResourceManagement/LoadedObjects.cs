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
        if (_objects.Find(o => o.Handle == added.Handle) is { } gone)
        {
            Unload(gone); // the TPM was reset, and nobody has said so
        }

        added.IsLoaded = true;
        added.Use(Now);
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

    /// <summary>The TPM has said that it has no room for one more: to TPM2_ContextLoad, as other commands may need room for a persistent object too.</summary>
    public void LearnSlots() => _slots = Math.Max(1, _objects.Count);

    /// <summary>Saves and flushes the one that can best be spared.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryEvict()
    {
        if (FindSpare() is not { } spare)
        {
            return false;
        }

        if (!spare.IsSaved)
        {
            if (own.Send(TpmCc.ContextSave, spare.Handle) != TpmRc.Success)
            {
                return false;
            }

            spare.Keep(own.Answer);
        }

        own.Flush(spare.Handle);
        Remove(spare);
        TpmHwTelemetry.ShareSwaps.Add(1);
        return true;
    }

    /// <summary>Nothing is loaded any more.</summary>
    public void Lost() => _objects.ToList().ForEach(Unload);

    /// <summary>Flushes what clients that have left had.</summary>
    public void FlushLeft() => _objects.Where(static o => o.Owner.HasLeft).ToList().ForEach(Flush);

    /// <summary>Compares with what the TPM says that it has: forgets what is gone, flushes what is nobody's.</summary>
    /// <returns>Whether it says so.</returns>
    public bool TryCompare()
    {
        if (!own.TryReadHandles(TpmHt.Transient, out HashSet<uint> loaded))
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
            own.Flush(stranger);
        }

        return true;
    }

    /// <summary>Whoever has not used something for the longest time spares what he is likely to need last.</summary>
    private ManagedObject? FindSpare()
    {
        ManagedObject? oldest = null;
        foreach (ManagedObject candidate in _objects)
        {
            oldest = candidate.LastUse < (oldest?.LastUse ?? Now) ? candidate : oldest;
        }

        ManagedObject? spare = oldest;
        foreach (ManagedObject candidate in _objects)
        {
            bool canGo = candidate.Owner == oldest?.Owner && candidate.LastUse < Now;
            spare = canGo && candidate.ExpectedIn > spare!.ExpectedIn ? candidate : spare;
        }

        return spare;
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
