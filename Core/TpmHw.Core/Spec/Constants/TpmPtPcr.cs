namespace TpmHw.Spec;

/// <summary>TPM_PT_PCR: properties that PCRs can have (Part 2, 6.14).</summary>
[TpmNames("TPM_PT_PCR_")]
public enum TpmPtPcr : uint
{
    /// <summary>Saved by Shutdown(STATE), restored by Startup(STATE).</summary>
    Save = 0x00000000,

    /// <summary>Can be extended from locality 0.</summary>
    ExtendL0 = 0x00000001,

    /// <summary>Can be reset by TPM2_PCR_Reset from locality 0.</summary>
    ResetL0 = 0x00000002,

    /// <summary>Can be extended from locality 1.</summary>
    ExtendL1 = 0x00000003,

    /// <summary>Can be reset by TPM2_PCR_Reset from locality 1.</summary>
    ResetL1 = 0x00000004,

    /// <summary>Can be extended from locality 2.</summary>
    ExtendL2 = 0x00000005,

    /// <summary>Can be reset by TPM2_PCR_Reset from locality 2.</summary>
    ResetL2 = 0x00000006,

    /// <summary>Can be extended from locality 3.</summary>
    ExtendL3 = 0x00000007,

    /// <summary>Can be reset by TPM2_PCR_Reset from locality 3.</summary>
    ResetL3 = 0x00000008,

    /// <summary>Can be extended from locality 4.</summary>
    ExtendL4 = 0x00000009,

    /// <summary>Can be reset by TPM2_PCR_Reset from locality 4.</summary>
    ResetL4 = 0x0000000A,

    /// <summary>Changes do not increment the PCR update counter.</summary>
    NoIncrement = 0x00000011,

    /// <summary>Reset by a dynamic root of trust measurement.</summary>
    DrtmReset = 0x00000012,

    /// <summary>Controlled by a policy.</summary>
    Policy = 0x00000013,

    /// <summary>Controlled by an authorisation value.</summary>
    Auth = 0x00000014,
}
