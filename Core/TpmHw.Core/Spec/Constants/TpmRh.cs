namespace TpmHw.Spec;

/// <summary>TPM_RH: permanent handles (Part 2, 7.4).</summary>
[TpmNames("TPM_RH_")]
public enum TpmRh : uint
{
    /// <summary>Not used by TPM 2.0; the storage root key of TPM 1.2.</summary>
    Srk = 0x40000000,

    /// <summary>The owner, and its storage hierarchy.</summary>
    Owner = 0x40000001,

    /// <summary>Not used by TPM 2.0.</summary>
    Revoke = 0x40000002,

    /// <summary>Not used by TPM 2.0.</summary>
    Transport = 0x40000003,

    /// <summary>Not used by TPM 2.0.</summary>
    Operator = 0x40000004,

    /// <summary>Not used by TPM 2.0.</summary>
    Admin = 0x40000005,

    /// <summary>Not used by TPM 2.0; the endorsement key of TPM 1.2.</summary>
    Ek = 0x40000006,

    /// <summary>The null hierarchy, and no handle where there could be one.</summary>
    Null = 0x40000007,

    /// <summary>Reserved by the specification for the TPM itself.</summary>
    Unassigned = 0x40000008,

    /// <summary>TPM_RS_PW: a session that carries a password.</summary>
    Pw = 0x40000009,

    /// <summary>Dictionary attack lockout.</summary>
    Lockout = 0x4000000A,

    /// <summary>The endorsement hierarchy.</summary>
    Endorsement = 0x4000000B,

    /// <summary>The platform hierarchy.</summary>
    Platform = 0x4000000C,

    /// <summary>Whether the platform can use NV memory.</summary>
    PlatformNv = 0x4000000D,

    /// <summary>The first of the vendor's authorisations.</summary>
    [TpmName("AUTH_00")] Auth00 = 0x40000010,

    /// <summary>The last of the vendor's authorisations.</summary>
    [TpmName("AUTH_FF")] AuthFF = 0x4000010F,

    /// <summary>The first authenticated countdown timer.</summary>
    [TpmName("ACT_0")] Act0 = 0x40000110,

    /// <summary>The last authenticated countdown timer.</summary>
    ActF = 0x4000011F,

    /// <summary>The owner hierarchy of this firmware.</summary>
    FwOwner = 0x40000140,

    /// <summary>The endorsement hierarchy of this firmware.</summary>
    FwEndorsement = 0x40000141,

    /// <summary>The platform hierarchy of this firmware.</summary>
    FwPlatform = 0x40000142,

    /// <summary>The null hierarchy of this firmware.</summary>
    FwNull = 0x40000143,

    /// <summary>The owner hierarchy of a security version number, which is added.</summary>
    SvnOwnerBase = 0x40010000,

    /// <summary>The endorsement hierarchy of a security version number, which is added.</summary>
    SvnEndorsementBase = 0x40020000,

    /// <summary>The platform hierarchy of a security version number, which is added.</summary>
    SvnPlatformBase = 0x40030000,

    /// <summary>The null hierarchy of a security version number, which is added.</summary>
    SvnNullBase = 0x40040000,
}
