namespace TpmHw.Spec.Commands;

/// <summary>TPM2_PCR_Read: the values of some PCRs, at most eight at a time (Part 3, 22.4).</summary>
/// <param name="PcrSelectionIn">The PCRs that are wanted.</param>
[TpmCommand(TpmCc.PcrRead)]
public readonly partial record struct PcrRead(TpmlPcrSelection PcrSelectionIn)
{
    /// <summary>What TPM2_PCR_Read answers.</summary>
    /// <param name="PcrUpdateCounter">Changes whenever a PCR does.</param>
    /// <param name="PcrSelectionOut">The PCRs that were read: the first of those wanted.</param>
    /// <param name="PcrValues">Their values, bank by bank as selected, the lowest PCR first.</param>
    public readonly partial record struct Response(uint PcrUpdateCounter, TpmlPcrSelection PcrSelectionOut, TpmlDigest PcrValues);
}
