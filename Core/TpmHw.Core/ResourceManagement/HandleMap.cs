using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>Maps between the handles that clients see and the TPM's handles.</summary>
internal sealed class HandleMap(ContextManager contexts)
{
    /// <summary>Loads everything that a command uses, and replaces its handles by the TPM's.</summary>
    /// <param name="client">The client that sends it.</param>
    /// <param name="layout">The position of its handles.</param>
    /// <param name="command">A copy of the command, which this method changes.</param>
    /// <returns>Success, or the response code if the client does not own something that the command uses.</returns>
    public uint Map(ManagedClient client, CommandLayout layout, Span<byte> command)
    {
        for (int i = 0; i < layout.Handles; i++)
        {
            Hold(client, layout.Handle(i));
        }

        foreach (CommandLayout.SessionPlace held in layout.Sessions)
        {
            Hold(client, held.Handle);
        }

        uint code = TpmRc.Success;
        for (int i = 0; i < layout.Handles && code == TpmRc.Success; i++)
        {
            code = Map(client, layout.Handle(i), command[CommandLayout.HandleAt(i)..], TpmRc.ReferenceH0 + (uint)i);
        }

        uint unknown = TpmRc.ReferenceS0;
        foreach (CommandLayout.SessionPlace used in layout.Sessions)
        {
            code = code == TpmRc.Success && ManagedSession.Is(used.Handle) ? UseSession(client, used.Handle, unknown) : code;
            unknown++;
        }

        return code;
    }

    /// <summary>Registers the handle in a response as the client's, and replaces it by the one that the client sees.</summary>
    /// <returns>The object, or null if the handle is not an object's.</returns>
    public ManagedObject? Adopt(ManagedClient client, Span<byte> response)
    {
        Span<byte> place = response.Slice(TpmHeader.Size, sizeof(uint));
        uint handle = BinaryPrimitives.ReadUInt32BigEndian(place);
        if (ManagedSession.Is(handle))
        {
            contexts.Sessions.Add(new ManagedSession(handle) { Owner = client });
            return null;
        }

        if ((TpmHt)(handle >> 24) != TpmHt.Transient)
        {
            return null;
        }

        var made = new ManagedObject { Owner = client, Handle = handle };
        client.Add(made);
        contexts.Objects.Add(made);
        BinaryPrimitives.WriteUInt32BigEndian(place, made.Virtual);
        return made;
    }

    /// <summary>Forgets the sessions that a command ended and the objects that it flushed.</summary>
    public void ForgetEnded(ManagedClient client, CommandLayout layout, TpmaCc attributes)
    {
        foreach (CommandLayout.SessionPlace used in layout.Sessions)
        {
            if (!used.Continues && contexts.Sessions.Find(used.Handle) is { } ended)
            {
                contexts.Sessions.Forget(ended);
            }
        }

        for (int i = 0; attributes.Flushed && i < layout.Handles; i++)
        {
            if (client.Objects.TryGetValue(layout.Handle(i), out ManagedObject? flushed))
            {
                contexts.Objects.Forget(flushed);
            }
        }
    }

    /// <summary>Checks whether a client may have one more object or session.</summary>
    /// <returns>Success, or the response code if its limit is reached.</returns>
    public uint CheckLimit(ManagedClient client, bool session) => session
        ? contexts.Sessions.All.Count(s => (s.Owner ?? s.Saver) == client) < client.Options.Sessions ? TpmRc.Success : TpmRc.ResourceManagerLayer | TpmRc.SessionHandles
        : client.Objects.Count < client.Options.Objects ? TpmRc.Success : TpmRc.ResourceManagerLayer | TpmRc.ObjectMemory;

    /// <summary>Lists a client's handles as TPM2_GetCapability does: its objects, its loaded sessions, or the sessions that it has saved.</summary>
    public IEnumerable<uint> List(ManagedClient client, uint kind) => (TpmHt)(kind >> 24) switch
    {
        TpmHt.Transient => client.Objects.Keys,
        TpmHt.HmacSession => contexts.Sessions.All.Where(s => s.Owner == client).Select(static s => s.Handle).OrderBy(ManagedSession.Number),
        _ => contexts.Sessions.All.Where(s => s.Owner is null && s.Saver == client).Select(static s => s.Handle).OrderBy(ManagedSession.Number),
    };

    private void Hold(ManagedClient client, uint handle)
    {
        if (client.Objects.TryGetValue(handle, out ManagedObject? held))
        {
            contexts.Hold(held);
        }
        else if (contexts.Sessions.Find(handle) is { } session && session.Owner == client)
        {
            contexts.Hold(session);
        }
    }

    private uint Map(ManagedClient client, uint handle, Span<byte> place, uint unknown)
    {
        if (ManagedSession.Is(handle))
        {
            return UseSession(client, handle, unknown);
        }

        if ((TpmHt)(handle >> 24) != TpmHt.Transient)
        {
            return TpmRc.Success;
        }

        if (!client.Objects.TryGetValue(handle, out ManagedObject? used))
        {
            return unknown;
        }

        uint code = contexts.Use(used, unknown);
        BinaryPrimitives.WriteUInt32BigEndian(place, used.Handle);
        return code;
    }

    private uint UseSession(ManagedClient client, uint handle, uint unknown) =>
        contexts.Sessions.Find(handle) is { } used && used.Owner == client ? contexts.Use(used, unknown) : unknown;
}
