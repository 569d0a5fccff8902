namespace TpmHw.Spec;

/// <summary>TPM_CAP: what TPM2_GetCapability can be asked for, and what its property means then (Part 2, 6.12).</summary>
[TpmNames("TPM_CAP_")]
public enum TpmCap : uint
{
    /// <summary>Algorithms; the property is a <see cref="TpmAlgId"/>.</summary>
    Algs = 0x00000000,

    /// <summary>Handles in use; the property is the first handle of a range.</summary>
    Handles = 0x00000001,

    /// <summary>Commands; the property is a <see cref="TpmCc"/>.</summary>
    Commands = 0x00000002,

    /// <summary>Commands that need physical presence; the property is a <see cref="TpmCc"/>.</summary>
    PpCommands = 0x00000003,

    /// <summary>Audited commands; the property is a <see cref="TpmCc"/>.</summary>
    AuditCommands = 0x00000004,

    /// <summary>The PCR banks and the PCRs in them; the property is 0.</summary>
    Pcrs = 0x00000005,

    /// <summary>Properties of the TPM; the property is a <see cref="TpmPt"/>. An answer stays within one group: the fixed or the variable ones.</summary>
    TpmProperties = 0x00000006,

    /// <summary>Properties of PCRs; the property is a <see cref="TpmPtPcr"/>.</summary>
    PcrProperties = 0x00000007,

    /// <summary>Elliptic curves; the property is a <see cref="TpmEccCurve"/>.</summary>
    EccCurves = 0x00000008,

    /// <summary>Policies of permanent handles; the property is the first handle.</summary>
    AuthPolicies = 0x00000009,

    /// <summary>Authenticated countdown timers; the property is the first handle.</summary>
    Act = 0x0000000A,

    /// <summary>Public keys of the TPM for secure channels.</summary>
    PubKeys = 0x0000000B,

    /// <summary>The SPDM session that the command came through.</summary>
    SpdmSessionInfo = 0x0000000C,

    /// <summary>What the manufacturer likes.</summary>
    VendorProperty = 0x00000100,
}
