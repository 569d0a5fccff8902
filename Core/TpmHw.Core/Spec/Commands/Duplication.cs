namespace TpmHw.Spec.Commands;

/// <summary>TPM2_Duplicate: encrypts an object so that another parent can take it (Part 3, 13.1).</summary>
/// <param name="ObjectHandle">The object.</param>
/// <param name="NewParentHandle">The public key of the new parent, or TPM_RH_NULL for no outer encryption.</param>
/// <param name="EncryptionKeyIn">The key of the inner encryption, or empty for one that the TPM makes.</param>
/// <param name="SymmetricAlg">The cipher of the inner encryption, or none.</param>
[TpmCommand(TpmCc.Duplicate, Repeatable = true)]
public readonly partial record struct Duplicate(
    [Handle(Auth.Dup)] TpmHandle ObjectHandle, [Handle] TpmHandle NewParentHandle, [Secret] Tpm2bData EncryptionKeyIn, TpmtSymDefObject SymmetricAlg)
{
    private bool IsUnwrapped => SymmetricAlg.Algorithm == TpmAlgId.Null && NewParentHandle == TpmRh.Null;

    /// <summary>What TPM2_Duplicate answers.</summary>
    /// <param name="EncryptionKeyOut">The key of the inner encryption, where the TPM made it.</param>
    /// <param name="Duplicate">The sensitive area; in clear where neither encryption was asked for.</param>
    /// <param name="OutSymSeed">The seed of the outer encryption, encrypted for the new parent.</param>
    public readonly partial record struct Response(
        [Secret] Tpm2bData EncryptionKeyOut,
        [Secret, InClear("Give it a new parent or a symmetric algorithm.", When = nameof(IsUnwrapped))] Tpm2bPrivate Duplicate,
        Tpm2bEncryptedSecret OutSymSeed);
}

/// <summary>TPM2_Rewrap: changes the outer encryption of a duplicate from one parent to another (Part 3, 13.2).</summary>
/// <param name="OldParent">The parent that it is encrypted for, or TPM_RH_NULL.</param>
/// <param name="NewParent">The parent to encrypt it for, or TPM_RH_NULL.</param>
/// <param name="InDuplicate">The duplicate.</param>
/// <param name="Name">The object's Name.</param>
/// <param name="InSymSeed">The seed of the outer encryption.</param>
[TpmCommand(TpmCc.Rewrap, Repeatable = true)]
public readonly partial record struct Rewrap(
    [Handle(Auth.User)] TpmHandle OldParent,
    [Handle] TpmHandle NewParent,
    [Secret] Tpm2bPrivate InDuplicate,
    Tpm2bName Name,
    Tpm2bEncryptedSecret InSymSeed)
{
    /// <summary>What TPM2_Rewrap answers.</summary>
    /// <param name="OutDuplicate">The duplicate for the new parent.</param>
    /// <param name="OutSymSeed">The seed of its outer encryption.</param>
    public readonly partial record struct Response([Secret] Tpm2bPrivate OutDuplicate, Tpm2bEncryptedSecret OutSymSeed);
}

/// <summary>TPM2_Import: takes a duplicate below a parent of this TPM (Part 3, 13.3).</summary>
/// <param name="ParentHandle">The parent.</param>
/// <param name="EncryptionKey">The key of the inner encryption, or empty.</param>
/// <param name="ObjectPublic">The object's public area.</param>
/// <param name="Duplicate">The duplicate.</param>
/// <param name="InSymSeed">The seed of the outer encryption, or empty.</param>
/// <param name="SymmetricAlg">The cipher of the inner encryption, or none.</param>
[TpmCommand(TpmCc.Import, Repeatable = true)]
public readonly partial record struct Import(
    [Handle(Auth.User)] TpmHandle ParentHandle,
    [Secret] Tpm2bData EncryptionKey,
    Tpm2bPublic ObjectPublic,
    [Secret, InClear("Tpm2.Import encrypts it first.", When = nameof(Import.IsUnwrapped))] Tpm2bPrivate Duplicate,
    Tpm2bEncryptedSecret InSymSeed,
    TpmtSymDefObject SymmetricAlg)
{
    private bool IsUnwrapped => SymmetricAlg.Algorithm == TpmAlgId.Null && InSymSeed.Size == 0;

    /// <summary>What TPM2_Import answers.</summary>
    /// <param name="OutPrivate">The sensitive area, encrypted by the parent.</param>
    public readonly partial record struct Response(Tpm2bPrivate OutPrivate);
}
