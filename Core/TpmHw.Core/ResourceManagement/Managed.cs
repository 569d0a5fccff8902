using System.Buffers.Binary;
using TpmHw.Spec;

namespace TpmHw.ResourceManagement;

/// <summary>An object or a sequence of a client, loaded or saved.</summary>
internal sealed class ManagedObject
{
    // savedHandle of a sequence (TPMS_CONTEXT, Part 2, 14.5): each use outdates its saved context.
    private const uint Sequence = 0x80000001;

    private bool _isSequence;
    private long _ownUse;
    private long _interval;

    /// <summary>The owning client.</summary>
    public required ManagedClient Owner { get; init; }

    /// <summary>The handle that the client sees.</summary>
    public uint Virtual { get; set; }

    /// <summary>The TPM's handle while the object is loaded.</summary>
    public uint Handle { get; set; }

    /// <summary>Whether it is loaded in the TPM.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>The number of the command that used it last.</summary>
    public long LastUse { get; private set; }

    /// <summary>
    /// In how many of its client's commands the object will probably be used again. The estimate is that the last interval
    /// between two uses repeats. If that moment has passed, or there was only one use, it is the time since the last use.
    /// </summary>
    public long ExpectedIn
    {
        get
        {
            long unused = Owner.Commands - _ownUse;
            return _interval > unused ? _interval - unused : unused;
        }
    }

    /// <summary>Its TPMS_CONTEXT, or null if it was never saved.</summary>
    public byte[]? Context { get; private set; }

    /// <summary>Whether it can be flushed without being saved first.</summary>
    public bool IsSaved => Context is not null && !_isSequence;

    /// <summary>Records that a command uses it.</summary>
    /// <param name="now">The command's number.</param>
    public void Use(long now)
    {
        if (LastUse < now)
        {
            _interval = LastUse > 0 ? Owner.Commands - _ownUse : 0;
            (_ownUse, LastUse) = (Owner.Commands, now);
        }
    }

    /// <summary>Stores its saved context.</summary>
    public void Keep(ReadOnlySpan<byte> context)
    {
        Context = context.ToArray();
        _isSequence = SavedContext.Handle(context) == Sequence;
    }
}

/// <summary>A session. Clients see the TPM's own handle, because handles of sessions are unique.</summary>
internal sealed class ManagedSession(uint handle)
{
    /// <summary>The session's handle.</summary>
    public uint Handle => handle;

    /// <summary>Whether a handle belongs to a session.</summary>
    public static bool Is(uint handle) => (TpmHt)(handle >> 24) is TpmHt.HmacSession or TpmHt.PolicySession;

    /// <summary>A handle without its type: the TPM lists saved sessions of both types under one.</summary>
    public static uint Number(uint handle) => handle & 0xFFFFFF;

    /// <summary>The owning client, or null after a client has saved the session with its own TPM2_ContextSave: any client that has the context may load it.</summary>
    public ManagedClient? Owner { get; set; }

    /// <summary>The client that saved it.</summary>
    public ManagedClient? Saver { get; set; }

    /// <summary>The context that the saving client received.</summary>
    public byte[]? Given { get; set; }

    /// <summary>The context that the TPM accepts: the newest one.</summary>
    public byte[]? Context { get; set; }

    /// <summary>The number that the TPM gave <see cref="Context"/>: its sequence (Part 2, 14.5).</summary>
    public ulong ContextNumber => BinaryPrimitives.ReadUInt64BigEndian(Context);

    /// <summary>Whether the TPM has it in its contexts.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>The number of the command that used it last.</summary>
    public long LastUse { get; set; }
}

/// <summary>Reads a TPMS_CONTEXT (Part 2, 14.5).</summary>
internal static class SavedContext
{
    private const int HandleOffset = sizeof(ulong); // after the sequence number

    /// <summary>Its savedHandle, or 0 if it is too short to have one.</summary>
    public static uint Handle(ReadOnlySpan<byte> context) => context.Length >= HandleOffset + sizeof(uint)
        ? BinaryPrimitives.ReadUInt32BigEndian(context[HandleOffset..])
        : 0;
}
