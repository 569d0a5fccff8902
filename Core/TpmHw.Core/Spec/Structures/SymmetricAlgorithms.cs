namespace TpmHw.Spec;

/// <summary>TPMT_SYM_DEF: how a session encrypts parameters, or that it does not (Part 2, 11.1.6).</summary>
/// <param name="Algorithm">A block cipher, TPM_ALG_XOR, or TPM_ALG_NULL for none.</param>
/// <param name="KeyBits">The bits of the cipher's key; for TPM_ALG_XOR the hash, a <see cref="TpmAlgId"/>.</param>
/// <param name="Mode">The cipher's mode: CFB.</param>
[TpmStructure]
public readonly partial record struct TpmtSymDef(
    TpmAlgId Algorithm,
    [AbsentFor(nameof(Algorithm), TpmAlgId.Null)] ushort KeyBits = 0,
    [AbsentFor(nameof(Algorithm), TpmAlgId.Null, TpmAlgId.Xor)] TpmAlgId Mode = default)
{
    /// <summary>XOR obfuscation with the mask of a hash.</summary>
    public static TpmtSymDef Xor(TpmAlgId hash) => new(TpmAlgId.Xor, (ushort)hash);
}

/// <summary>TPMT_SYM_DEF_OBJECT: the symmetric cipher of a key, or none (Part 2, 11.1.7).</summary>
/// <param name="Algorithm">The cipher; TPM_ALG_NULL for none, and then nothing else is there.</param>
/// <param name="KeyBits">The bits of its key.</param>
/// <param name="Mode">Its mode.</param>
[TpmStructure]
public readonly partial record struct TpmtSymDefObject(
    TpmAlgId Algorithm,
    [AbsentFor(nameof(Algorithm), TpmAlgId.Null)] ushort KeyBits = 0,
    [AbsentFor(nameof(Algorithm), TpmAlgId.Null)] TpmAlgId Mode = default);
