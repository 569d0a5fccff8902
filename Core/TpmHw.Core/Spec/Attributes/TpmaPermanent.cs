namespace TpmHw.Spec;

/// <summary>TPMA_PERMANENT: what stays over a reset, the value of <see cref="TpmPt.Permanent"/> (Part 2, 8.6).</summary>
[Flags]
public enum TpmaPermanent : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>The owner has an authorisation value.</summary>
    OwnerAuthSet = 1 << 0,

    /// <summary>The endorsement hierarchy has an authorisation value.</summary>
    EndorsementAuthSet = 1 << 1,

    /// <summary>Lockout has an authorisation value.</summary>
    LockoutAuthSet = 1 << 2,

    /// <summary>TPM2_Clear is disabled.</summary>
    DisableClear = 1 << 8,

    /// <summary>The TPM is in lockout.</summary>
    InLockout = 1 << 9,

    /// <summary>The TPM made its endorsement seed itself.</summary>
    TpmGeneratedEps = 1 << 10,
}

/// <summary>TPMA_STARTUP_CLEAR: what Startup(CLEAR) sets, the value of <see cref="TpmPt.StartupClear"/> (Part 2, 8.7).</summary>
[Flags]
public enum TpmaStartupClear : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>The platform hierarchy is enabled.</summary>
    PhEnable = 1 << 0,

    /// <summary>The owner hierarchy is enabled.</summary>
    ShEnable = 1 << 1,

    /// <summary>The endorsement hierarchy is enabled.</summary>
    EhEnable = 1 << 2,

    /// <summary>The platform's NV indices can be used.</summary>
    PhEnableNv = 1 << 3,

    /// <summary>The TPM is in read-only operation.</summary>
    ReadOnly = 1 << 4,

    /// <summary>The TPM was shut down in order before it was started.</summary>
    Orderly = 1u << 31,
}
