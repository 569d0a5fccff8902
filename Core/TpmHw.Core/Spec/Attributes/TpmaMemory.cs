namespace TpmHw.Spec;

/// <summary>TPMA_MEMORY: how memory is shared, the value of <see cref="TpmPt.Memory"/> (Part 2, 8.8).</summary>
[Flags]
public enum TpmaMemory : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>Sessions and objects share working memory.</summary>
    SharedRam = 1 << 0,

    /// <summary>NV indices and persistent objects share NV memory.</summary>
    SharedNv = 1 << 1,

    /// <summary>A persistent object is copied to working memory when it is used.</summary>
    ObjectCopiedToRam = 1 << 2,
}

/// <summary>TPMA_ACT: the state of an authenticated countdown timer (Part 2, 8.12).</summary>
[Flags, TpmNames("")]
public enum TpmaAct : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>It has run out.</summary>
    Signaled = 1 << 0,

    /// <summary>Having run out is remembered over a resume.</summary>
    PreserveSignaled = 1 << 1,
}
