namespace TpmHw.Spec;

/// <summary>TPM_GENERATED: what starts a structure that the TPM made itself, so that it can't be mistaken for data that it was given (Part 2, 6.2).</summary>
[TpmNames("TPM_GENERATED_")]
public enum TpmGenerated : uint
{
    /// <summary>0xFF, "TCG".</summary>
    Value = 0xFF544347,
}
