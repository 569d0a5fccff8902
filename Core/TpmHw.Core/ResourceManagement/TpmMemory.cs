using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// The TPM's memory. Things stay loaded until their room is needed; then that goes which can best be spared.
/// </summary>
internal sealed class TpmMemory(OwnCommands own)
{
    public LoadedObjects Objects { get; } = new(own);

    public KnownSessions Sessions { get; } = new(own);

    /// <summary>Begins with a client's command: what it uses from now on stays loaded until it has ended.</summary>
    public void Begin(ManagedClient client)
    {
        Objects.Now = ++Sessions.Now;
        client.Commands++;
    }

    /// <summary>Has it stay loaded during this command, if it is.</summary>
    public void Hold(ManagedObject used) => used.Use(Objects.Now);

    /// <summary>Has it stay loaded during this command, if it is.</summary>
    public void Hold(ManagedSession used) => used.LastUse = Sessions.Now;

    /// <summary>Sees to it that an object is loaded, and stays so during this command.</summary>
    /// <param name="used">The object.</param>
    /// <param name="lost">What its client is told where the TPM does not take its context, and it is lost.</param>
    /// <returns>Success where it is loaded; that code; or a warning of the TPM's, after which it is still there.</returns>
    public uint Use(ManagedObject used, uint lost)
    {
        Hold(used);
        if (used.IsLoaded)
        {
            return TpmRc.Success;
        }

        Objects.Reserve(1);
        uint code = Load(used.Context);
        if (code == TpmRc.Success)
        {
            used.Handle = own.AnsweredHandle;
            Objects.Add(used);
        }
        else if (!new TpmResponseCode(code).IsWarning)
        {
            Objects.Forget(used);
            return lost;
        }

        return code;
    }

    /// <summary>Sees to it that a session is loaded, and stays so during this command.</summary>
    /// <param name="used">The session.</param>
    /// <param name="lost">What its client is told where the TPM does not take its context, and it is lost.</param>
    /// <returns>Success where it is loaded; that code; or a warning of the TPM's, after which it is still there.</returns>
    public uint Use(ManagedSession used, uint lost)
    {
        Hold(used);
        if (used.IsLoaded)
        {
            return TpmRc.Success;
        }

        Sessions.Reserve();
        uint code = Load(used.Context);
        if (code == TpmRc.Success)
        {
            Sessions.Add(used);
        }
        else if (!new TpmResponseCode(code).IsWarning)
        {
            Sessions.Flush(used);
            return lost;
        }

        return code;
    }

    /// <summary>Makes room, after the TPM has answered that there is none. Such a command has not been executed.</summary>
    /// <returns>Whether there is more room than before, so that it is worth sending again.</returns>
    public bool MakeRoom(uint code)
    {
        switch (code)
        {
            case TpmRc.ObjectMemory or TpmRc.ObjectHandles:
                return Objects.TryEvict();
            case TpmRc.SessionMemory:
                Sessions.LearnSlots();
                return Sessions.TryEvict();
            case TpmRc.Memory:
                return Objects.TryEvict() || Sessions.TryEvict();
            case TpmRc.SessionHandles:
                return Sessions.FlushAbandoned(kept: 0) || Sessions.FlushStrangers();
            case TpmRc.ContextGap:
                return Sessions.TryCloseGap();
            default:
                return false;
        }
    }

    /// <summary>The TPM was reset: nothing is loaded any more.</summary>
    public void Lost()
    {
        Objects.Lost();
        Sessions.Lost();
    }

    /// <summary>Flushes what clients that have left had.</summary>
    public void FlushLeft()
    {
        Objects.FlushLeft();
        Sessions.FlushLeft();
    }

    /// <summary>Compares with what the TPM says that it has.</summary>
    /// <returns>Whether it says so.</returns>
    public bool TryCompare()
    {
        FlushLeft();
        return Objects.TryCompare() && Sessions.TryCompare();
    }

    private uint Load(ReadOnlySpan<byte> context)
    {
        uint code;
        do
        {
            code = own.Send(TpmCc.ContextLoad, context);
            if (code == TpmRc.ObjectMemory)
            {
                Objects.LearnSlots();
            }
        }
        while (code != TpmRc.Success && MakeRoom(code));

        return code;
    }
}
