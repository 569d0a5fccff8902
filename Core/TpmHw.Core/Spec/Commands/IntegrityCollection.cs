namespace TpmHw.Spec.Commands;

/// <summary>TPM2_PCR_Extend: extends a PCR, in each bank for which there is a digest (Part 3, 22.2).</summary>
/// <param name="PcrHandle">The PCR.</param>
/// <param name="Digests">What to extend it with; banks that the TPM hasn't got are passed over.</param>
[TpmCommand(TpmCc.PcrExtend, Duration = CommandDuration.Prompt)]
public readonly partial record struct PcrExtend([Handle(Auth.User)] TpmHandle PcrHandle, TpmlDigestValues Digests);

/// <summary>TPM2_PCR_Event: hashes data and extends a PCR in every bank with its digest (Part 3, 22.3).</summary>
/// <param name="PcrHandle">The PCR, or TPM_RH_NULL to have the digests and nothing else.</param>
/// <param name="EventData">The data.</param>
[TpmCommand(TpmCc.PcrEvent)]
public readonly partial record struct PcrEvent([Handle(Auth.User)] TpmHandle PcrHandle, [Secret] Tpm2bEvent EventData)
{
    /// <summary>What TPM2_PCR_Event answers.</summary>
    /// <param name="Digests">The data's digest for each bank.</param>
    public readonly partial record struct Response(TpmlDigestValues Digests);
}

/// <summary>TPM2_PCR_Read: the values of some PCRs, at most eight at a time (Part 3, 22.4).</summary>
/// <param name="PcrSelectionIn">The PCRs that are wanted.</param>
[TpmCommand(TpmCc.PcrRead, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct PcrRead(TpmlPcrSelection PcrSelectionIn)
{
    /// <summary>What TPM2_PCR_Read answers.</summary>
    /// <param name="PcrUpdateCounter">Changes whenever a PCR does.</param>
    /// <param name="PcrSelectionOut">The PCRs that were read: the first of those wanted.</param>
    /// <param name="PcrValues">Their values, bank by bank as selected, the lowest PCR first.</param>
    public readonly partial record struct Response(uint PcrUpdateCounter, TpmlPcrSelection PcrSelectionOut, TpmlDigest PcrValues);
}

/// <summary>TPM2_PCR_Allocate: says which banks have which PCRs, from the next reset (Part 3, 22.5).</summary>
/// <param name="AuthHandle">The platform.</param>
/// <param name="PcrAllocation">The PCRs of each bank; a bank that is not named stays as it is.</param>
[TpmCommand(TpmCc.PcrAllocate)]
public readonly partial record struct PcrAllocate([Handle(Auth.User)] TpmHandle AuthHandle, TpmlPcrSelection PcrAllocation)
{
    /// <summary>What TPM2_PCR_Allocate answers.</summary>
    /// <param name="AllocationSuccess">Whether there is room for it.</param>
    /// <param name="MaxPcr">How many PCRs a bank can have.</param>
    /// <param name="SizeNeeded">The bytes that it takes.</param>
    /// <param name="SizeAvailable">The bytes that there are.</param>
    public readonly partial record struct Response(bool AllocationSuccess, [TpmName("maxPCR")] uint MaxPcr, uint SizeNeeded, uint SizeAvailable);
}

/// <summary>TPM2_PCR_SetAuthPolicy: sets the policy of a group of PCRs (Part 3, 22.6).</summary>
/// <param name="AuthHandle">The platform.</param>
/// <param name="AuthPolicy">The policy's digest; empty for none.</param>
/// <param name="HashAlg">The policy's hash; TPM_ALG_NULL for none.</param>
/// <param name="PcrNum">A PCR of the group.</param>
[TpmCommand(TpmCc.PcrSetAuthPolicy)]
public readonly partial record struct PcrSetAuthPolicy(
    [Handle(Auth.User)] TpmHandle AuthHandle, Tpm2bDigest AuthPolicy, TpmAlgId HashAlg, TpmHandle PcrNum);

/// <summary>TPM2_PCR_SetAuthValue: sets the authorisation value of a group of PCRs (Part 3, 22.7).</summary>
/// <param name="PcrHandle">A PCR of the group.</param>
/// <param name="Auth">The value.</param>
[TpmCommand(TpmCc.PcrSetAuthValue)]
public readonly partial record struct PcrSetAuthValue([Handle(Spec.Auth.User)] TpmHandle PcrHandle, [Secret] Tpm2bDigest Auth);

/// <summary>TPM2_PCR_Reset: sets a PCR to zeros in every bank, where the locality may (Part 3, 22.8).</summary>
/// <param name="PcrHandle">The PCR.</param>
[TpmCommand(TpmCc.PcrReset)]
public readonly partial record struct PcrReset([Handle(Auth.User)] TpmHandle PcrHandle);
