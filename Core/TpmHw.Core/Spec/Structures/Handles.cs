namespace TpmHw.Spec;

/// <summary>TPM_HANDLE: names a resource of the TPM (Part 2, 7).</summary>
/// <param name="Value">The 32 bits.</param>
[TpmStructure]
public readonly partial record struct TpmHandle(uint Value)
{
    /// <summary>What kind of resource it names.</summary>
    public TpmHt Type => (TpmHt)(Value >> 24);

    /// <summary>A permanent handle.</summary>
    public static implicit operator TpmHandle(TpmRh handle) => new((uint)handle);

    /// <summary>The handle of a PCR.</summary>
    public static TpmHandle Pcr(int number) => new((uint)number);

    /// <summary>The handle in hexadecimal, or its name in the specification.</summary>
    public override string ToString() => ((TpmRh)Value).SpecName() ?? $"0x{Value:X8}";
}

/// <summary>TPML_HANDLE: handles (Part 2, 10.9.4).</summary>
[TpmList<TpmHandle>]
public readonly partial struct TpmlHandle;
