namespace TpmHw.Spec;

/// <summary>TPMS_CREATION_DATA: the state of the TPM when an object was created (Part 2, 15.1).</summary>
/// <param name="PcrSelect">The PCRs that were asked for.</param>
/// <param name="PcrDigest">The digest of their values.</param>
/// <param name="Locality">The locality of the command.</param>
/// <param name="ParentNameAlg">The parent's Name algorithm; TPM_ALG_NULL for a primary object.</param>
/// <param name="ParentName">The parent's Name; the hierarchy's handle for a primary object.</param>
/// <param name="ParentQualifiedName">The parent's Qualified Name; the hierarchy's handle for a primary object.</param>
/// <param name="OutsideInfo">Data of the caller.</param>
[TpmStructure]
public readonly partial record struct TpmsCreationData(
    TpmlPcrSelection PcrSelect,
    Tpm2bDigest PcrDigest,
    TpmaLocality Locality,
    TpmAlgId ParentNameAlg,
    Tpm2bName ParentName,
    Tpm2bName ParentQualifiedName,
    Tpm2bData OutsideInfo);

/// <summary>TPM2B_CREATION_DATA: the same with its size before it (Part 2, 15.2).</summary>
[TpmSized]
public readonly partial record struct Tpm2bCreationData(TpmsCreationData CreationData);
