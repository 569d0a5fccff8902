namespace TpmHw.Spec;

/// <summary>TPM2B_CONTEXT_DATA: a saved context, encrypted and with its integrity value (Part 2, 14.4).</summary>
[TpmBuffer(ushort.MaxValue)]
public readonly partial struct Tpm2bContextData;

/// <summary>TPMS_CONTEXT: an object, sequence or session outside the TPM (Part 2, 14.5).</summary>
/// <param name="Sequence">Which save it is, in the order of all saves.</param>
/// <param name="SavedHandle">A session's handle; 0x80000000 for an object, 0x80000001 for a sequence, 0x80000002 for an object with stClear.</param>
/// <param name="Hierarchy">The hierarchy that it belongs to.</param>
/// <param name="ContextBlob">The context itself.</param>
[TpmStructure]
public readonly partial record struct TpmsContext(ulong Sequence, TpmHandle SavedHandle, TpmHandle Hierarchy, Tpm2bContextData ContextBlob);
