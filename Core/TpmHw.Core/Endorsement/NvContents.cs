namespace TpmHw.Endorsement;

/// <summary>How reading an NV index ended.</summary>
internal enum NvState
{
    /// <summary>It was read.</summary>
    Read,

    /// <summary>There is no such index.</summary>
    Absent,

    /// <summary>It is defined, and nothing was written to it.</summary>
    NotWritten,

    /// <summary>It is there, and only someone with a secret may read it.</summary>
    NotAuthorized,

    /// <summary>It is there, and can't be read or is not what it should be.</summary>
    Unreadable,
}

/// <summary>What was read from an NV index.</summary>
/// <param name="State">How reading ended.</param>
/// <param name="Bytes">The contents; empty unless they were read.</param>
/// <param name="Finding">Why they were not, in words; null if they were.</param>
internal readonly record struct NvContents(NvState State, ReadOnlyMemory<byte> Bytes, string? Finding = null)
{
    public static NvContents Absent { get; } = new(NvState.Absent, default, "there is no such index");

    public static NvContents NotWritten { get; } = new(NvState.NotWritten, default, "it is defined, but nothing was written to it");
}
