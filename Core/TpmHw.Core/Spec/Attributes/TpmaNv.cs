namespace TpmHw.Spec;

/// <summary>TPMA_NV: what an NV index is and who may use it (Part 2, 13.4).</summary>
/// <param name="Value">The 32 bits.</param>
[TpmStructure]
public readonly partial record struct TpmaNv(uint Value)
{
    /// <summary>The attributes that are single bits.</summary>
    public TpmaNvFlags Flags => (TpmaNvFlags)(Value & ~0xF0u);

    /// <summary>Bits 7:4: what kind of index it is.</summary>
    public TpmNt Type => (TpmNt)(Value >> 4 & 0xF);

    /// <summary>Puts flags and kind together.</summary>
    public static TpmaNv Of(TpmaNvFlags flags, TpmNt type = TpmNt.Ordinary) => new((uint)flags & ~0xF0u | ((uint)type & 0xF) << 4);

    /// <summary>The kind and the attributes by their names in the specification.</summary>
    public override string ToString() => $"{Type.SpecName() ?? $"{(int)Type}"} | {TpmSpecNames.Join((uint)Flags, static bit => ((TpmaNvFlags)bit).SpecName())}";
}

/// <summary>TPM_NT: kinds of NV indices (Part 2, 13.2).</summary>
[TpmNames("TPM_NT_")]
public enum TpmNt : byte
{
    /// <summary>Bytes.</summary>
    Ordinary = 0x0,

    /// <summary>Eight bytes that only count up.</summary>
    Counter = 0x1,

    /// <summary>64 bits that can only be set.</summary>
    Bits = 0x2,

    /// <summary>A digest that is extended as a PCR is.</summary>
    Extend = 0x4,

    /// <summary>Counts wrong PINs.</summary>
    PinFail = 0x8,

    /// <summary>Counts right PINs.</summary>
    PinPass = 0x9,
}

/// <summary>The attributes of <see cref="TpmaNv"/> that are single bits.</summary>
[Flags, TpmNames("TPMA_NV_")]
public enum TpmaNvFlags : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>The platform may write it.</summary>
    [TpmName("PPWRITE")] PpWrite = 1 << 0,

    /// <summary>The owner may write it.</summary>
    [TpmName("OWNERWRITE")] OwnerWrite = 1 << 1,

    /// <summary>It may be written with its authorisation value.</summary>
    [TpmName("AUTHWRITE")] AuthWrite = 1 << 2,

    /// <summary>It may be written with its policy.</summary>
    [TpmName("POLICYWRITE")] PolicyWrite = 1 << 3,

    /// <summary>It is deleted only with its policy, by TPM2_NV_UndefineSpaceSpecial.</summary>
    [TpmName("POLICY_DELETE")] PolicyDelete = 1 << 10,

    /// <summary>It can't be written until it is unlocked.</summary>
    [TpmName("WRITELOCKED")] WriteLocked = 1 << 11,

    /// <summary>Written only as a whole.</summary>
    [TpmName("WRITEALL")] WriteAll = 1 << 12,

    /// <summary>Can be write-locked for good.</summary>
    [TpmName("WRITEDEFINE")] WriteDefine = 1 << 13,

    /// <summary>Can be write-locked until the next Startup(CLEAR).</summary>
    [TpmName("WRITE_STCLEAR")] WriteStClear = 1 << 14,

    /// <summary>Locked with all others by TPM2_NV_GlobalWriteLock.</summary>
    [TpmName("GLOBALLOCK")] GlobalLock = 1 << 15,

    /// <summary>The platform may read it.</summary>
    [TpmName("PPREAD")] PpRead = 1 << 16,

    /// <summary>The owner may read it.</summary>
    [TpmName("OWNERREAD")] OwnerRead = 1 << 17,

    /// <summary>It may be read with its authorisation value.</summary>
    [TpmName("AUTHREAD")] AuthRead = 1 << 18,

    /// <summary>It may be read with its policy.</summary>
    [TpmName("POLICYREAD")] PolicyRead = 1 << 19,

    /// <summary>Not subject to dictionary attack protection.</summary>
    [TpmName("NO_DA")] NoDa = 1 << 25,

    /// <summary>Need only be in NV memory after an orderly shutdown.</summary>
    [TpmName("ORDERLY")] Orderly = 1 << 26,

    /// <summary>Not written any more after the next Startup(CLEAR).</summary>
    [TpmName("CLEAR_STCLEAR")] ClearStClear = 1 << 27,

    /// <summary>It can't be read until the next Startup(CLEAR).</summary>
    [TpmName("READLOCKED")] ReadLocked = 1 << 28,

    /// <summary>It has been written.</summary>
    [TpmName("WRITTEN")] Written = 1 << 29,

    /// <summary>The platform defined it.</summary>
    [TpmName("PLATFORMCREATE")] PlatformCreate = 1 << 30,

    /// <summary>Can be read-locked until the next Startup(CLEAR).</summary>
    [TpmName("READ_STCLEAR")] ReadStClear = 1u << 31,
}
