namespace TpmHw.Spec;

/// <summary>TPMA_CC: a command as the TPM itself describes it (Part 2, 8.9).</summary>
/// <param name="Value">The 32 bits.</param>
[TpmStructure]
public readonly partial record struct TpmaCc(uint Value)
{
    /// <summary>The command code: index and vendor bit, which lie as in a TPM_CC.</summary>
    public TpmCc CommandCode => (TpmCc)(Value & 0x2000_FFFF);

    /// <summary>Bits 15:0: which command it is.</summary>
    public int CommandIndex => (int)(Value & 0xFFFF);

    /// <summary>Bit 22: it may write NV memory.</summary>
    public bool Nv => (Value & 1 << 22) != 0;

    /// <summary>Bit 23: it may flush any number of loaded objects.</summary>
    public bool Extensive => (Value & 1 << 23) != 0;

    /// <summary>Bit 24: it flushes the object of its first handle.</summary>
    public bool Flushed => (Value & 1 << 24) != 0;

    /// <summary>Bits 27:25: how many handles it has.</summary>
    public int CommandHandles => (int)(Value >> 25 & 7);

    /// <summary>Bit 28: its response has a handle.</summary>
    public bool ResponseHandle => (Value & 1 << 28) != 0;

    /// <summary>Bit 29: it is the vendor's own.</summary>
    public bool Vendor => (Value & 1 << 29) != 0;

    /// <summary>The command, and what is said of it.</summary>
    public override string ToString() => string.Concat(
        CommandCode.CommandName(), Nv ? " | nv" : "", Extensive ? " | extensive" : "", Flushed ? " | flushed" : "",
        $" | cHandles {CommandHandles}", ResponseHandle ? " | rHandle" : "", Vendor ? " | V" : "");
}
