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

/// <summary>TPMT_NV_PUBLIC_2: the public area of an NV index of any kind (Part 2 of version 1.83, 13.9).</summary>
[TpmStructure]
[TpmName("TPMT_NV_PUBLIC_2")]
public readonly partial record struct TpmtNvPublic2(TpmHt HandleType, [SelectedBy(nameof(HandleType))] TpmuNvPublic2 PublicArea);

/// <summary>TPMU_NV_PUBLIC_2: the public area that goes with the kind of handle (Part 2 of version 1.83, 13.8).</summary>
[TpmUnion<TpmHt>]
[TpmName("TPMU_NV_PUBLIC_2")]
public abstract partial record TpmuNvPublic2
{
    /// <summary>An index in the TPM.</summary>
    [Selector(TpmHt.NvIndex, TpmHt.PermanentNv)]
    public sealed partial record NvIndex(TpmsNvPublic Public) : TpmuNvPublic2;

    /// <summary>TPMS_NV_PUBLIC_EXP_ATTR: an index outside the TPM, whose attributes have 64 bits.</summary>
    /// <param name="Index">Its handle.</param>
    /// <param name="NameAlg">The hash that makes its Name.</param>
    /// <param name="Attributes">TPMA_NV_EXP: those of <see cref="TpmaNv"/>; bits 32 to 34 for encryption, integrity and protection against rollback outside.</param>
    /// <param name="AuthPolicy">The digest of its policy; empty where it has none.</param>
    /// <param name="DataSize">The bytes that it holds.</param>
    [Selector(TpmHt.ExternalNv)]
    public sealed partial record ExternalNv(TpmHandle Index, TpmAlgId NameAlg, ulong Attributes, Tpm2bDigest AuthPolicy, ushort DataSize) : TpmuNvPublic2;
}

/// <summary>TPM2B_NV_PUBLIC_2: the same with its size before it (Part 2 of version 1.83, 13.10).</summary>
[TpmSized]
[TpmName("TPM2B_NV_PUBLIC_2")]
public readonly partial record struct Tpm2bNvPublic2(TpmtNvPublic2 NvPublic2);
