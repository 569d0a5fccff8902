namespace TpmHw.Spec;

/// <summary>TPM_EO: comparisons of operand A, which the TPM has, with operand B of the command (Part 2, 6.8).</summary>
[TpmNames("TPM_EO_")]
public enum TpmEo : ushort
{
    /// <summary>A = B.</summary>
    Eq = 0x0000,

    /// <summary>A ≠ B.</summary>
    Neq = 0x0001,

    /// <summary>A &gt; B, both signed.</summary>
    SignedGt = 0x0002,

    /// <summary>A &gt; B, both unsigned.</summary>
    UnsignedGt = 0x0003,

    /// <summary>A &lt; B, both signed.</summary>
    SignedLt = 0x0004,

    /// <summary>A &lt; B, both unsigned.</summary>
    UnsignedLt = 0x0005,

    /// <summary>A ≥ B, both signed.</summary>
    SignedGe = 0x0006,

    /// <summary>A ≥ B, both unsigned.</summary>
    UnsignedGe = 0x0007,

    /// <summary>A ≤ B, both signed.</summary>
    SignedLe = 0x0008,

    /// <summary>A ≤ B, both unsigned.</summary>
    UnsignedLe = 0x0009,

    /// <summary>All bits that B has are set in A.</summary>
    [TpmName("BITSET")] BitSet = 0x000A,

    /// <summary>All bits that B has are clear in A.</summary>
    [TpmName("BITCLEAR")] BitClear = 0x000B,
}
