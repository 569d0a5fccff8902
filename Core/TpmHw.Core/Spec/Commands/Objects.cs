namespace TpmHw.Spec.Commands;

/// <summary>TPM2_Create: makes an object below a storage key; it leaves the TPM encrypted (Part 3, 12.1).</summary>
/// <param name="ParentHandle">The storage key.</param>
/// <param name="InSensitive">The authorisation value, and the data where the caller brings it.</param>
/// <param name="InPublic">The template.</param>
/// <param name="OutsideInfo">Data to go into the creation data.</param>
/// <param name="CreationPcr">PCRs to go into the creation data.</param>
[TpmCommand(TpmCc.Create, Duration = CommandDuration.Longest, Repeatable = true)]
public readonly partial record struct Create(
    [Handle(Auth.User)] TpmHandle ParentHandle,
    Tpm2bSensitiveCreate InSensitive,
    Tpm2bPublic InPublic,
    Tpm2bData OutsideInfo,
    [TpmName("creationPCR")] TpmlPcrSelection CreationPcr)
{
    /// <summary>What TPM2_Create answers.</summary>
    /// <param name="OutPrivate">The sensitive area, encrypted by the parent.</param>
    /// <param name="OutPublic">The public area.</param>
    /// <param name="CreationData">The state of the TPM at the creation.</param>
    /// <param name="CreationHash">The digest of <paramref name="CreationData"/>.</param>
    /// <param name="CreationTicket">For TPM2_CertifyCreation.</param>
    public readonly partial record struct Response(
        Tpm2bPrivate OutPrivate, Tpm2bPublic OutPublic, Tpm2bCreationData CreationData, Tpm2bDigest CreationHash, TpmtTkCreation CreationTicket);
}

/// <summary>TPM2_Load: loads an object that its parent encrypted (Part 3, 12.2).</summary>
/// <param name="ParentHandle">The parent.</param>
/// <param name="InPrivate">The encrypted sensitive area.</param>
/// <param name="InPublic">The public area.</param>
[TpmCommand(TpmCc.Load)]
public readonly partial record struct Load([Handle(Auth.User)] TpmHandle ParentHandle, Tpm2bPrivate InPrivate, Tpm2bPublic InPublic)
{
    /// <summary>What TPM2_Load answers.</summary>
    /// <param name="ObjectHandle">The object.</param>
    /// <param name="Name">Its Name.</param>
    public readonly partial record struct Response([Handle] TpmHandle ObjectHandle, Tpm2bName Name);
}

/// <summary>TPM2_LoadExternal: loads an object that no TPM protects, or a public key alone (Part 3, 12.3).</summary>
/// <param name="InPrivate">The sensitive area in clear, or empty.</param>
/// <param name="InPublic">The public area.</param>
/// <param name="Hierarchy">The hierarchy to take it for; TPM_RH_NULL where there is a sensitive area.</param>
[TpmCommand(TpmCc.LoadExternal)]
public readonly partial record struct LoadExternal(Tpm2bSensitive InPrivate, Tpm2bPublic InPublic, TpmHandle Hierarchy)
{
    /// <summary>What TPM2_LoadExternal answers.</summary>
    /// <param name="ObjectHandle">The object.</param>
    /// <param name="Name">Its Name.</param>
    public readonly partial record struct Response([Handle] TpmHandle ObjectHandle, Tpm2bName Name);
}

/// <summary>TPM2_ReadPublic: the public area of a loaded object (Part 3, 12.4).</summary>
/// <param name="ObjectHandle">The object.</param>
[TpmCommand(TpmCc.ReadPublic, Repeatable = true)]
public readonly partial record struct ReadPublic([Handle] TpmHandle ObjectHandle)
{
    /// <summary>What TPM2_ReadPublic answers.</summary>
    /// <param name="OutPublic">The public area.</param>
    /// <param name="Name">The object's Name: the digest of its public area.</param>
    /// <param name="QualifiedName">The digest of the Names from the hierarchy down to the object.</param>
    public readonly partial record struct Response(Tpm2bPublic OutPublic, Tpm2bName Name, Tpm2bName QualifiedName);
}

/// <summary>TPM2_ActivateCredential: gives a credential out if it was made for this object of this TPM (Part 3, 12.5).</summary>
/// <param name="ActivateHandle">The object that the credential is for.</param>
/// <param name="KeyHandle">The key that decrypts it.</param>
/// <param name="CredentialBlob">The credential.</param>
/// <param name="Secret">The seed that protects it, encrypted for <paramref name="KeyHandle"/>.</param>
[TpmCommand(TpmCc.ActivateCredential, Repeatable = true)]
public readonly partial record struct ActivateCredential(
    [Handle(Auth.Admin)] TpmHandle ActivateHandle, [Handle(Auth.User)] TpmHandle KeyHandle, Tpm2bIdObject CredentialBlob, Tpm2bEncryptedSecret Secret)
{
    /// <summary>What TPM2_ActivateCredential answers.</summary>
    /// <param name="CertInfo">What the credential's maker put into it.</param>
    public readonly partial record struct Response([Secret] Tpm2bDigest CertInfo);
}

/// <summary>TPM2_MakeCredential: makes a credential as another TPM's caller would, with a public key alone (Part 3, 12.6).</summary>
/// <param name="Handle">The public key of the TPM that the credential is for.</param>
/// <param name="Credential">What only that TPM shall give out.</param>
/// <param name="ObjectName">The Name of the object that the credential is for.</param>
[TpmCommand(TpmCc.MakeCredential, Repeatable = true)]
public readonly partial record struct MakeCredential([Handle] TpmHandle Handle, [Secret] Tpm2bDigest Credential, Tpm2bName ObjectName)
{
    /// <summary>What TPM2_MakeCredential answers.</summary>
    /// <param name="CredentialBlob">The credential.</param>
    /// <param name="Secret">The seed that protects it, encrypted for the key.</param>
    public readonly partial record struct Response(Tpm2bIdObject CredentialBlob, Tpm2bEncryptedSecret Secret);
}

/// <summary>TPM2_Unseal: gives out the data of a sealed data object (Part 3, 12.7).</summary>
/// <param name="ItemHandle">The object.</param>
[TpmCommand(TpmCc.Unseal, Repeatable = true)]
public readonly partial record struct Unseal([Handle(Auth.User)] TpmHandle ItemHandle)
{
    /// <summary>What TPM2_Unseal answers.</summary>
    /// <param name="OutData">The data.</param>
    public readonly partial record struct Response(Tpm2bSensitiveData OutData);
}

/// <summary>TPM2_ObjectChangeAuth: a new sensitive area with another authorisation value; the loaded object stays as it is (Part 3, 12.8).</summary>
/// <param name="ObjectHandle">The object.</param>
/// <param name="ParentHandle">Its parent.</param>
/// <param name="NewAuth">The new value.</param>
[TpmCommand(TpmCc.ObjectChangeAuth, Repeatable = true)]
public readonly partial record struct ObjectChangeAuth([Handle(Auth.Admin)] TpmHandle ObjectHandle, [Handle] TpmHandle ParentHandle, Tpm2bAuth NewAuth)
{
    /// <summary>What TPM2_ObjectChangeAuth answers.</summary>
    /// <param name="OutPrivate">The new sensitive area, encrypted by the parent.</param>
    public readonly partial record struct Response(Tpm2bPrivate OutPrivate);
}

/// <summary>TPM2_CreateLoaded: makes a primary, ordinary or derived object and leaves it loaded (Part 3, 12.9).</summary>
/// <param name="ParentHandle">A storage key, a derivation parent, or a hierarchy.</param>
/// <param name="InSensitive">The authorisation value, and the data where the caller brings it.</param>
/// <param name="InPublic">The template.</param>
[TpmCommand(TpmCc.CreateLoaded, Since = 138, Duration = CommandDuration.Longest)]
public readonly partial record struct CreateLoaded([Handle(Auth.User)] TpmHandle ParentHandle, Tpm2bSensitiveCreate InSensitive, Tpm2bTemplate InPublic)
{
    /// <summary>What TPM2_CreateLoaded answers.</summary>
    /// <param name="ObjectHandle">The object.</param>
    /// <param name="OutPrivate">The sensitive area, encrypted by the parent; empty for a primary object.</param>
    /// <param name="OutPublic">The public area.</param>
    /// <param name="Name">The object's Name.</param>
    public readonly partial record struct Response([Handle] TpmHandle ObjectHandle, Tpm2bPrivate OutPrivate, Tpm2bPublic OutPublic, Tpm2bName Name);
}
