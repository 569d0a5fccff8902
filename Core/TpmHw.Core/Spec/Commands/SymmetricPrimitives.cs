namespace TpmHw.Spec.Commands;

/// <summary>TPM2_Hash: the digest of data that fits into one command (Part 3, 15.4).</summary>
/// <param name="Data">The data.</param>
/// <param name="HashAlg">The algorithm.</param>
/// <param name="Hierarchy">The hierarchy for the ticket, or TPM_RH_NULL for none.</param>
[TpmCommand(TpmCc.Hash)]
public readonly partial record struct Hash(Tpm2bMaxBuffer Data, TpmAlgId HashAlg, TpmHandle Hierarchy)
{
    /// <summary>What TPM2_Hash answers.</summary>
    /// <param name="OutHash">The digest.</param>
    /// <param name="Validation">Shows a restricted key that the TPM made the digest, and of data that looks like none of its own structures.</param>
    public readonly partial record struct Response(Tpm2bDigest OutHash, TpmtTkHashcheck Validation);
}
