namespace TpmHw.Spec;

/// <summary>TPMS_NV_PUBLIC: the public area of an NV index (Part 2, 13.5).</summary>
/// <param name="NvIndex">Its handle.</param>
/// <param name="NameAlg">The hash that makes its Name, and that an extend index extends with.</param>
/// <param name="Attributes">What it is and who may use it.</param>
/// <param name="AuthPolicy">The digest of its policy; empty where it has none.</param>
/// <param name="DataSize">The bytes that it holds.</param>
[TpmStructure]
public readonly partial record struct TpmsNvPublic(TpmHandle NvIndex, TpmAlgId NameAlg, TpmaNv Attributes, Tpm2bDigest AuthPolicy, ushort DataSize);

/// <summary>TPM2B_NV_PUBLIC: the same with its size before it (Part 2, 13.6).</summary>
[TpmSized]
public readonly partial record struct Tpm2bNvPublic(TpmsNvPublic NvPublic);
