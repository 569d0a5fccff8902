using System.Buffers.Binary;
using TpmHw.Spec;

namespace TpmHw.ResourceManagement;

/// <summary>An object or a sequence of a client: in the TPM, or saved out of it.</summary>
internal sealed class ManagedObject
{
    // savedHandle of a sequence (TPMS_CONTEXT, Part 2, 14.5): its context ages with each use.
    private const uint Sequence = 0x80000001;

    private bool _isSequence;
    private long _ownUse;
    private long _interval;

    /// <summary>The client whose it is.</summary>
    public required ManagedClient Owner { get; init; }

    /// <summary>The handle that the client knows.</summary>
    public uint Virtual { get; set; }

    /// <summary>The TPM's handle, while it is loaded.</summary>
    public uint Handle { get; set; }

    /// <summary>Whether the TPM has it.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>The number of the command that used it last.</summary>
    public long LastUse { get; private set; }

    /// <summary>
    /// How many of its client's commands from now it is likely to be used again: as many after its last use as that one
    /// came after the one before. Where that moment has passed, or there is only one use, as many as it has been unused for.
    /// </summary>
    public long ExpectedIn
    {
        get
        {
            long unused = Owner.Commands - _ownUse;
            return _interval > unused ? _interval - unused : unused;
        }
    }

    /// <summary>Its TPMS_CONTEXT; null where it was never saved.</summary>
    public byte[]? Context { get; private set; }

    /// <summary>Whether it can be dropped from the TPM without being saved first.</summary>
    public bool IsSaved => Context is not null && !_isSequence;

    /// <summary>A command uses it.</summary>
    /// <param name="now">The command's number.</param>
    public void Use(long now)
    {
        if (LastUse < now)
        {
            _interval = LastUse > 0 ? Owner.Commands - _ownUse : 0;
            (_ownUse, LastUse) = (Owner.Commands, now);
        }
    }

    /// <summary>Keeps its context.</summary>
    public void Keep(ReadOnlySpan<byte> context)
    {
        Context = context.ToArray();
        _isSequence = SavedContext.Handle(context) == Sequence;
    }
}

/// <summary>A session: the TPM's handle is the client's, as no two sessions have the same.</summary>
internal sealed class ManagedSession(uint handle)
{
    /// <summary>Its handle.</summary>
    public uint Handle => handle;

    /// <summary>Whether a handle is a session's.</summary>
    public static bool Is(uint handle) => (TpmHt)(handle >> 24) is TpmHt.HmacSession or TpmHt.PolicySession;

    /// <summary>A handle without its kind, as the TPM lists some under another one.</summary>
    public static uint Number(uint handle) => handle & 0xFFFFFF;

    /// <summary>Whose it is; null while it is saved by its client's own TPM2_ContextSave, and may be loaded by whoever has the context.</summary>
    public ManagedClient? Owner { get; set; }

    /// <summary>Who saved it.</summary>
    public ManagedClient? Saver { get; set; }

    /// <summary>The context that its saver was given.</summary>
    public byte[]? Given { get; set; }

    /// <summary>The context that the TPM takes: the last one.</summary>
    public byte[]? Context { get; set; }

    /// <summary>The number that the TPM gave <see cref="Context"/>: its sequence (Part 2, 14.5).</summary>
    public ulong ContextNumber => BinaryPrimitives.ReadUInt64BigEndian(Context);

    /// <summary>Whether the TPM has it in its memory.</summary>
    public bool IsLoaded { get; set; }

    /// <summary>The number of the command that used it last.</summary>
    public long LastUse { get; set; }
}

/// <summary>Reads a TPMS_CONTEXT (Part 2, 14.5).</summary>
internal static class SavedContext
{
    private const int HandleOffset = sizeof(ulong); // after the sequence number

    /// <summary>Its savedHandle; 0 where it is too short to have one.</summary>
    public static uint Handle(ReadOnlySpan<byte> context) => context.Length >= HandleOffset + sizeof(uint)
        ? BinaryPrimitives.ReadUInt32BigEndian(context[HandleOffset..])
        : 0;
}
