namespace TpmHw.Spec;

/// <summary>TPMA_MODES: modes of operation, the value of <see cref="TpmPt.Modes"/> (Part 2, 8.10).</summary>
/// <param name="Value">The 32 bits.</param>
[TpmStructure]
public readonly partial record struct TpmaModes(uint Value)
{
    /// <summary>Bit 0: made to meet FIPS 140-2.</summary>
    public bool Fips140_2 => (Value & 1) != 0;

    /// <summary>Bit 1: made to meet FIPS 140-3.</summary>
    public bool Fips140_3 => (Value & 2) != 0;

    /// <summary>Bits 3:2: whether the last command was an approved service: 0 not, 1 at security level 1, 2 at level 2.</summary>
    public int Fips140_3Indicator => (int)(Value >> 2 & 3);
}
