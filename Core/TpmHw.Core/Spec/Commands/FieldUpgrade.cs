namespace TpmHw.Spec.Commands;

/// <summary>TPM2_FieldUpgradeStart: starts an update of the firmware (Part 3, 27.2).</summary>
/// <param name="Authorization">The platform.</param>
/// <param name="KeyHandle">The public key of the firmware's maker.</param>
/// <param name="FuDigest">The digest of the first block.</param>
/// <param name="ManifestSignature">The signature over it.</param>
[TpmCommand(TpmCc.FieldUpgradeStart, Optional = true)]
public readonly partial record struct FieldUpgradeStart(
    [Handle(Auth.Admin)] TpmHandle Authorization, [Handle] TpmHandle KeyHandle, Tpm2bDigest FuDigest, TpmtSignature ManifestSignature);

/// <summary>TPM2_FieldUpgradeData: gives the TPM a block of its new firmware (Part 3, 27.3).</summary>
/// <param name="FuData">The block.</param>
[TpmCommand(TpmCc.FieldUpgradeData, Optional = true)]
public readonly partial record struct FieldUpgradeData([Secret] Tpm2bMaxBuffer FuData)
{
    /// <summary>What TPM2_FieldUpgradeData answers.</summary>
    /// <param name="NextDigest">The digest of the next block; TPM_ALG_NULL after the last.</param>
    /// <param name="FirstDigest">The digest of the first block.</param>
    public readonly partial record struct Response(TpmtHa NextDigest, TpmtHa FirstDigest);
}

/// <summary>TPM2_FirmwareRead: gives out the firmware, block by block (Part 3, 27.4).</summary>
/// <param name="SequenceNumber">0 for the first block, then counting down from what the vendor says.</param>
// Not repeatable: the TPM counts the blocks.
[TpmCommand(TpmCc.FirmwareRead, Optional = true)]
public readonly partial record struct FirmwareRead(uint SequenceNumber)
{
    /// <summary>What TPM2_FirmwareRead answers.</summary>
    /// <param name="FuData">The block; empty after the last.</param>
    public readonly partial record struct Response([Secret] Tpm2bMaxBuffer FuData);
}
