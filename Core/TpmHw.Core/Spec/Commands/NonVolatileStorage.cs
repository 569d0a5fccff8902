namespace TpmHw.Spec.Commands;

/// <summary>TPM2_NV_DefineSpace: makes an NV index (Part 3, 31.3).</summary>
/// <param name="AuthHandle">The owner or the platform.</param>
/// <param name="Auth">The index's authorisation value.</param>
/// <param name="PublicInfo">What it is.</param>
[TpmCommand(TpmCc.NvDefineSpace)]
public readonly partial record struct NvDefineSpace([Handle(Spec.Auth.User)] TpmHandle AuthHandle, Tpm2bAuth Auth, Tpm2bNvPublic PublicInfo);

/// <summary>TPM2_NV_UndefineSpace: removes an NV index (Part 3, 31.4).</summary>
/// <param name="AuthHandle">The owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
[TpmCommand(TpmCc.NvUndefineSpace)]
public readonly partial record struct NvUndefineSpace([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex);

/// <summary>TPM2_NV_UndefineSpaceSpecial: removes an NV index that only its policy can remove (Part 3, 31.5).</summary>
/// <param name="NvIndex">The index.</param>
/// <param name="Platform">The platform.</param>
[TpmCommand(TpmCc.NvUndefineSpaceSpecial)]
public readonly partial record struct NvUndefineSpaceSpecial([Handle(Auth.Admin)] TpmHandle NvIndex, [Handle(Auth.User)] TpmHandle Platform);

/// <summary>TPM2_NV_ReadPublic: the public area of an NV index (Part 3, 31.6).</summary>
/// <param name="NvIndex">The index.</param>
[TpmCommand(TpmCc.NvReadPublic, Repeatable = true)]
public readonly partial record struct NvReadPublic([Handle] TpmHandle NvIndex)
{
    /// <summary>What TPM2_NV_ReadPublic answers.</summary>
    /// <param name="NvPublic">The public area.</param>
    /// <param name="NvName">The index's Name: the digest of its public area.</param>
    public readonly partial record struct Response(Tpm2bNvPublic NvPublic, Tpm2bName NvName);
}

/// <summary>TPM2_NV_Write: writes to an ordinary or PIN index (Part 3, 31.7).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Offset">Where in the index they go.</param>
[TpmCommand(TpmCc.NvWrite)]
public readonly partial record struct NvWrite([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex, [Secret] Tpm2bMaxNvBuffer Data, ushort Offset);

/// <summary>TPM2_NV_Increment: counts a counter index up by one (Part 3, 31.8).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
[TpmCommand(TpmCc.NvIncrement)]
public readonly partial record struct NvIncrement([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex);

/// <summary>TPM2_NV_Extend: extends an extend index as a PCR is extended (Part 3, 31.9).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="Data">What to extend it with.</param>
[TpmCommand(TpmCc.NvExtend)]
public readonly partial record struct NvExtend([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex, [Secret] Tpm2bMaxNvBuffer Data);

/// <summary>TPM2_NV_SetBits: sets bits of a bits index (Part 3, 31.10).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="Bits">The bits to set.</param>
[TpmCommand(TpmCc.NvSetBits)]
public readonly partial record struct NvSetBits([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex, ulong Bits);

/// <summary>TPM2_NV_WriteLock: forbids to write an index, until the next Startup(CLEAR) or for good (Part 3, 31.11).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
[TpmCommand(TpmCc.NvWriteLock)]
public readonly partial record struct NvWriteLock([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex);

/// <summary>TPM2_NV_GlobalWriteLock: locks all indices that have TPMA_NV_GLOBALLOCK (Part 3, 31.12).</summary>
/// <param name="AuthHandle">The owner or the platform.</param>
[TpmCommand(TpmCc.NvGlobalWriteLock)]
public readonly partial record struct NvGlobalWriteLock([Handle(Auth.User)] TpmHandle AuthHandle);

/// <summary>TPM2_NV_Read: reads an index (Part 3, 31.13).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="Size">How many bytes.</param>
/// <param name="Offset">From where in the index.</param>
// Not repeatable: where a PIN Pass index authorizes its own reading, each one counts (Part 2, 13.2).
[TpmCommand(TpmCc.NvRead, Duration = CommandDuration.Prompt)]
public readonly partial record struct NvRead([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex, ushort Size, ushort Offset)
{
    /// <summary>What TPM2_NV_Read answers.</summary>
    /// <param name="Data">The bytes.</param>
    public readonly partial record struct Response([Secret] Tpm2bMaxNvBuffer Data);
}

/// <summary>TPM2_NV_ReadLock: forbids to read an index until the next Startup(CLEAR) (Part 3, 31.14).</summary>
/// <param name="AuthHandle">Who authorises: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
[TpmCommand(TpmCc.NvReadLock)]
public readonly partial record struct NvReadLock([Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle NvIndex);

/// <summary>TPM2_NV_ChangeAuth: sets the authorisation value of an index, under its policy (Part 3, 31.15).</summary>
/// <param name="NvIndex">The index.</param>
/// <param name="NewAuth">The new value.</param>
[TpmCommand(TpmCc.NvChangeAuth)]
public readonly partial record struct NvChangeAuth([Handle(Auth.Admin)] TpmHandle NvIndex, Tpm2bAuth NewAuth);

/// <summary>TPM2_NV_Certify: attests the contents of an index, or their digest (Part 3, 31.16).</summary>
/// <param name="SignHandle">The key, or TPM_RH_NULL for no signature.</param>
/// <param name="AuthHandle">Who authorises the reading: the index itself, the owner or the platform.</param>
/// <param name="NvIndex">The index.</param>
/// <param name="QualifyingData">Data to go into the attestation, such as a nonce.</param>
/// <param name="InScheme">The scheme, where the key has none of its own.</param>
/// <param name="Size">How many bytes; 0 with offset 0 for the digest of them all.</param>
/// <param name="Offset">From where in the index.</param>
// Not repeatable: where a PIN Pass index authorizes its own reading, each one counts (Part 2, 13.2).
[TpmCommand(TpmCc.NvCertify)]
public readonly partial record struct NvCertify(
    [Handle(Auth.User)] TpmHandle SignHandle,
    [Handle(Auth.User)] TpmHandle AuthHandle,
    [Handle] TpmHandle NvIndex,
    Tpm2bData QualifyingData,
    TpmtSigScheme InScheme,
    ushort Size,
    ushort Offset)
{
    /// <summary>What TPM2_NV_Certify answers.</summary>
    /// <param name="CertifyInfo">What is signed.</param>
    /// <param name="Signature">The signature.</param>
    public readonly partial record struct Response([Secret] Tpm2bAttest CertifyInfo, TpmtSignature Signature);
}

/// <summary>TPM2_NV_DefineSpace2: makes an NV index of any kind of handle (Part 3 of version 1.83, 31.17).</summary>
/// <param name="AuthHandle">The owner or the platform.</param>
/// <param name="Auth">The index's authorisation value.</param>
/// <param name="PublicInfo">What it is.</param>
[TpmCommand(TpmCc.NvDefineSpace2, Since = 183)]
public readonly partial record struct NvDefineSpace2([Handle(Spec.Auth.User)] TpmHandle AuthHandle, Tpm2bAuth Auth, Tpm2bNvPublic2 PublicInfo);

/// <summary>TPM2_NV_ReadPublic2: the public area of an NV index of any kind of handle (Part 3 of version 1.83, 31.18).</summary>
/// <param name="NvIndex">The index.</param>
[TpmCommand(TpmCc.NvReadPublic2, Since = 183, Repeatable = true)]
public readonly partial record struct NvReadPublic2([Handle] TpmHandle NvIndex)
{
    /// <summary>What TPM2_NV_ReadPublic2 answers.</summary>
    /// <param name="NvPublic">The public area.</param>
    /// <param name="NvName">The index's Name: the digest of its public area.</param>
    public readonly partial record struct Response(Tpm2bNvPublic2 NvPublic, Tpm2bName NvName);
}
