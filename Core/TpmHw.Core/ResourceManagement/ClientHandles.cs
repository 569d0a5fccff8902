using System.Buffers.Binary;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>Between the handles that clients know and the TPM's.</summary>
internal sealed class ClientHandles(TpmMemory memory)
{
    /// <summary>Puts the TPM's handles into a command, with all of it loaded.</summary>
    /// <param name="client">Whose command it is.</param>
    /// <param name="layout">Where its handles are.</param>
    /// <param name="command">A copy of it, which is changed.</param>
    /// <returns>The response code where something is not the client's; otherwise success.</returns>
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

    /// <summary>Makes the handle in a response the client's.</summary>
    /// <returns>The object, where it is one.</returns>
    public ManagedObject? Adopt(ManagedClient client, Span<byte> response)
    {
        Span<byte> place = response.Slice(TpmHeader.Size, sizeof(uint));
        uint handle = BinaryPrimitives.ReadUInt32BigEndian(place);
        if (ManagedSession.Is(handle))
        {
            memory.Sessions.Add(new ManagedSession(handle) { Owner = client });
            return null;
        }

        if ((TpmHt)(handle >> 24) != TpmHt.Transient)
        {
            return null;
        }

        var made = new ManagedObject { Owner = client, Handle = handle };
        client.Add(made);
        memory.Objects.Add(made);
        BinaryPrimitives.WriteUInt32BigEndian(place, made.Virtual);
        return made;
    }

    /// <summary>Forgets what the TPM no longer has after a command: sessions that it ended, objects that it flushed.</summary>
    public void ForgetEnded(ManagedClient client, CommandLayout layout, TpmaCc shape)
    {
        foreach (CommandLayout.SessionPlace used in layout.Sessions)
        {
            if (!used.Continues && memory.Sessions.Find(used.Handle) is { } ended)
            {
                memory.Sessions.Forget(ended);
            }
        }

        for (int i = 0; shape.Flushed && i < layout.Handles; i++)
        {
            if (client.Objects.TryGetValue(layout.Handle(i), out ManagedObject? flushed))
            {
                memory.Objects.Forget(flushed);
            }
        }
    }

    /// <summary>Whether a client may have one more.</summary>
    /// <returns>The response code where it may not; otherwise success.</returns>
    public uint CheckLimit(ManagedClient client, bool session) => session
        ? memory.Sessions.All.Count(s => (s.Owner ?? s.Saver) == client) < client.Options.Sessions ? TpmRc.Success : TpmRc.ResourceManagerLayer | TpmRc.SessionHandles
        : client.Objects.Count < client.Options.Objects ? TpmRc.Success : TpmRc.ResourceManagerLayer | TpmRc.ObjectMemory;

    /// <summary>A client's handles as TPM2_GetCapability lists them: objects, loaded sessions, or sessions that it has saved.</summary>
    public IEnumerable<uint> List(ManagedClient client, uint kind) => (TpmHt)(kind >> 24) switch
    {
        TpmHt.Transient => client.Objects.Keys,
        TpmHt.HmacSession => memory.Sessions.All.Where(s => s.Owner == client).Select(static s => s.Handle).OrderBy(ManagedSession.Number),
        _ => memory.Sessions.All.Where(s => s.Owner is null && s.Saver == client).Select(static s => s.Handle).OrderBy(ManagedSession.Number),
    };

    private void Hold(ManagedClient client, uint handle)
    {
        if (client.Objects.TryGetValue(handle, out ManagedObject? held))
        {
            memory.Hold(held);
        }
        else if (memory.Sessions.Find(handle) is { } session && session.Owner == client)
        {
            memory.Hold(session);
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

        uint code = memory.Use(used, unknown);
        BinaryPrimitives.WriteUInt32BigEndian(place, used.Handle);
        return code;
    }

    private uint UseSession(ManagedClient client, uint handle, uint unknown) =>
        memory.Sessions.Find(handle) is { } used && used.Owner == client ? memory.Use(used, unknown) : unknown;
}
