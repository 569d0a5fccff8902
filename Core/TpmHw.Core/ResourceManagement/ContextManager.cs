using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>
/// Keeps track of what is loaded in the TPM, and makes room in it. Objects and sessions stay loaded until their room is
/// needed; then the table that holds them evicts one.
/// </summary>
internal sealed class ContextManager(ManagerCommands commands)
{
    /// <summary>The clients' objects.</summary>
    public ObjectTable Objects { get; } = new(commands);

    /// <summary>The clients' sessions.</summary>
    public SessionTable Sessions { get; } = new(commands);

    /// <summary>Begins a client's command. What the command uses stays loaded until the next one begins.</summary>
    public void Begin(ManagedClient client)
    {
        Objects.Now = ++Sessions.Now;
        client.Commands++;
    }

    /// <summary>Keeps an object loaded during this command if it is loaded now.</summary>
    public void Hold(ManagedObject used) => used.Use(Objects.Now);

    /// <summary>Keeps a session loaded during this command if it is loaded now.</summary>
    public void Hold(ManagedSession used) => used.LastUse = Sessions.Now;

    /// <summary>Loads an object if necessary, and keeps it loaded during this command.</summary>
    /// <param name="used">The object.</param>
    /// <param name="lost">The response code for the client if the TPM refuses the context, so that it is lost.</param>
    /// <returns>Success; <paramref name="lost"/>; or a warning of the TPM's, after which the context can still be loaded later.</returns>
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
            used.Handle = commands.AnsweredHandle;
            Objects.Add(used);
        }
        else if (!new TpmResponseCode(code).IsWarning)
        {
            Objects.Forget(used);
            return lost;
        }

        return code;
    }

    /// <summary>Loads a session if necessary, and keeps it loaded during this command.</summary>
    /// <param name="used">The session.</param>
    /// <param name="lost">The response code for the client if the TPM refuses the context, so that it is lost.</param>
    /// <returns>Success; <paramref name="lost"/>; or a warning of the TPM's, after which the context can still be loaded later.</returns>
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

    /// <summary>Makes room after the TPM has answered that it has none. The TPM has not executed that command.</summary>
    /// <returns>Whether there is more room now, so that sending the command again makes sense.</returns>
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

    /// <summary>Forgets everything that was loaded, after a reset of the TPM.</summary>
    public void Lost()
    {
        Objects.Lost();
        Sessions.Lost();
    }

    /// <summary>Flushes the objects and sessions of clients that have left.</summary>
    public void FlushLeft()
    {
        Objects.FlushLeft();
        Sessions.FlushLeft();
    }

    /// <summary>Compares both tables with the handles that the TPM lists.</summary>
    /// <returns>Whether the TPM lists them.</returns>
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
            code = commands.Send(TpmCc.ContextLoad, context);
            if (code == TpmRc.ObjectMemory)
            {
                Objects.LearnSlots();
            }
        }
        while (code != TpmRc.Success && MakeRoom(code));

        return code;
    }
}
