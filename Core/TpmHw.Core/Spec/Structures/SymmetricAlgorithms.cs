namespace TpmHw.Spec;

/// <summary>TPMT_SYM_DEF_OBJECT: the symmetric cipher of a key, or none (Part 2, 11.1.7).</summary>
/// <param name="Algorithm">The cipher; TPM_ALG_NULL for none, and then nothing else is there.</param>
/// <param name="KeyBits">The bits of its key.</param>
/// <param name="Mode">Its mode.</param>
[TpmStructure]
public readonly partial record struct TpmtSymDefObject(
    TpmAlgId Algorithm,
    [AbsentFor(nameof(Algorithm), TpmAlgId.Null)] ushort KeyBits = 0,
    [AbsentFor(nameof(Algorithm), TpmAlgId.Null)] TpmAlgId Mode = default);
