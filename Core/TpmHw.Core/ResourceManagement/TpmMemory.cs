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

    /// <summary>Sees to it that an object is loaded, and stays so during this command.</summary>
    /// <returns>Whether it is; if not, it is lost.</returns>
    public bool TryUse(ManagedObject used)
    {
        Hold(used);
        if (used.IsLoaded)
        {
            return true;
        }

        Objects.Reserve(1);
        if (!TryLoad(used.Context))
        {
            Objects.Forget(used);
            return false;
        }

        used.Handle = own.AnsweredHandle;
        Objects.Add(used);
        return true;
    }

    /// <summary>Sees to it that a session is loaded, and stays so during this command.</summary>
    /// <returns>Whether it is; if not, it is lost.</returns>
    public bool TryUse(ManagedSession used)
    {
        used.LastUse = Sessions.Now;
        if (used.IsLoaded)
        {
            return true;
        }

        Sessions.Reserve();
        if (!TryLoad(used.Context))
        {
            Sessions.Forget(used);
            return false;
        }

        Sessions.Add(used);
        return true;
    }

    /// <summary>Makes room, after the TPM has answered that there is none. Such a command has not been executed.</summary>
    /// <returns>Whether there is more room than before, so that it is worth sending again.</returns>
    public bool MakeRoom(uint code)
    {
        switch (code)
        {
            case ManagerRc.ObjectMemory:
                Objects.LearnSlots();
                return Objects.TryEvict();
            case ManagerRc.ObjectHandles:
                return Objects.TryEvict();
            case ManagerRc.SessionMemory:
                Sessions.LearnSlots();
                return Sessions.TryEvict();
            case ManagerRc.Memory:
                return Objects.TryEvict() || Sessions.TryEvict();
            case ManagerRc.SessionHandles:
                return Sessions.FlushAbandoned(kept: 0);
            case ManagerRc.ContextGap:
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

    /// <summary>Compares with what the TPM says that it has.</summary>
    public void Compare()
    {
        Objects.Compare();
        Sessions.Compare();
    }

    private bool TryLoad(ReadOnlySpan<byte> context)
    {
        uint code;
        while ((code = own.Send(TpmCc.ContextLoad, context)) != TpmRc.Success && MakeRoom(code))
        {
        }

        return code == TpmRc.Success;
    }
}
