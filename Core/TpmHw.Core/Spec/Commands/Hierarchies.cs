namespace TpmHw.Spec.Commands;

/// <summary>TPM2_CreatePrimary: makes a primary object from a hierarchy's seed and loads it (Part 3, 24.1).</summary>
/// <param name="PrimaryHandle">The hierarchy.</param>
/// <param name="InSensitive">The authorisation value, and the data where the caller brings it.</param>
/// <param name="InPublic">The template.</param>
/// <param name="OutsideInfo">Data to go into the creation data.</param>
/// <param name="CreationPcr">PCRs to go into the creation data.</param>
[TpmCommand(TpmCc.CreatePrimary, Duration = CommandDuration.Longest)]
public readonly partial record struct CreatePrimary(
    [Handle(Auth.User)] TpmHandle PrimaryHandle,
    Tpm2bSensitiveCreate InSensitive,
    Tpm2bPublic InPublic,
    Tpm2bData OutsideInfo,
    [TpmName("creationPCR")] TpmlPcrSelection CreationPcr)
{
    /// <summary>What TPM2_CreatePrimary answers.</summary>
    /// <param name="ObjectHandle">The object.</param>
    /// <param name="OutPublic">The public area.</param>
    /// <param name="CreationData">The state of the TPM at the creation.</param>
    /// <param name="CreationHash">The digest of <paramref name="CreationData"/>.</param>
    /// <param name="CreationTicket">For TPM2_CertifyCreation.</param>
    /// <param name="Name">The object's Name.</param>
    public readonly partial record struct Response(
        [Handle] TpmHandle ObjectHandle,
        Tpm2bPublic OutPublic,
        Tpm2bCreationData CreationData,
        Tpm2bDigest CreationHash,
        TpmtTkCreation CreationTicket,
        Tpm2bName Name);
}

/// <summary>TPM2_HierarchyControl: switches a hierarchy on or off (Part 3, 24.2).</summary>
/// <param name="AuthHandle">The platform, or for the hierarchy itself its own handle.</param>
/// <param name="Enable">The hierarchy to switch.</param>
/// <param name="State">Whether it is on.</param>
[TpmCommand(TpmCc.HierarchyControl, Duration = CommandDuration.Prompt)]
public readonly partial record struct HierarchyControl([Handle(Auth.User)] TpmHandle AuthHandle, TpmHandle Enable, bool State);

/// <summary>TPM2_SetPrimaryPolicy: sets the policy of a hierarchy, of lockout or of an authenticated countdown timer (Part 3, 24.3).</summary>
/// <param name="AuthHandle">What the policy is for.</param>
/// <param name="AuthPolicy">The policy's digest; empty for none.</param>
/// <param name="HashAlg">The policy's hash; TPM_ALG_NULL for none.</param>
[TpmCommand(TpmCc.SetPrimaryPolicy)]
public readonly partial record struct SetPrimaryPolicy([Handle(Auth.User)] TpmHandle AuthHandle, Tpm2bDigest AuthPolicy, TpmAlgId HashAlg);

/// <summary>TPM2_ChangePPS: a new seed for the platform hierarchy; its objects are gone (Part 3, 24.4).</summary>
/// <param name="AuthHandle">The platform.</param>
[TpmCommand(TpmCc.ChangePps)]
public readonly partial record struct ChangePps([Handle(Auth.User)] TpmHandle AuthHandle);

/// <summary>TPM2_ChangeEPS: a new seed for the endorsement hierarchy; its objects are gone, and certificates for them worthless (Part 3, 24.5).</summary>
/// <param name="AuthHandle">The platform.</param>
[TpmCommand(TpmCc.ChangeEps)]
public readonly partial record struct ChangeEps([Handle(Auth.User)] TpmHandle AuthHandle);

/// <summary>TPM2_Clear: takes the TPM from its owner: a new owner seed, no owner objects or indices, empty authorisations (Part 3, 24.6).</summary>
/// <param name="AuthHandle">Lockout or the platform.</param>
[TpmCommand(TpmCc.Clear)]
public readonly partial record struct Clear([Handle(Auth.User)] TpmHandle AuthHandle);

/// <summary>TPM2_ClearControl: forbids TPM2_Clear or allows it again (Part 3, 24.7).</summary>
/// <param name="Auth">Lockout or the platform; lockout may only forbid.</param>
/// <param name="Disable">Whether it is forbidden.</param>
[TpmCommand(TpmCc.ClearControl)]
public readonly partial record struct ClearControl([Handle(Spec.Auth.User)] TpmHandle Auth, bool Disable);

/// <summary>TPM2_HierarchyChangeAuth: sets the authorisation value of a hierarchy, of lockout or of an authenticated countdown timer (Part 3, 24.8).</summary>
/// <param name="AuthHandle">What the value is for.</param>
/// <param name="NewAuth">The new value.</param>
[TpmCommand(TpmCc.HierarchyChangeAuth, Duration = CommandDuration.Prompt)]
public readonly partial record struct HierarchyChangeAuth([Handle(Auth.User)] TpmHandle AuthHandle, Tpm2bAuth NewAuth);

/// <summary>TPM2_ReadOnlyControl: forbids all commands that would change the TPM, or allows them again (Part 3 of version 1.83, 24.9).</summary>
/// <param name="AuthHandle">The platform.</param>
/// <param name="State">Whether they are forbidden.</param>
[TpmCommand(TpmCc.ReadOnlyControl, Since = 183)]
public readonly partial record struct ReadOnlyControl([Handle(Auth.User)] TpmHandle AuthHandle, bool State);
