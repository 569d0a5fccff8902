namespace TpmHw.Spec;

/// <summary>TPMA_OBJECT: what an object may do and how it is guarded (Part 2, 8.3).</summary>
[Flags, TpmNames("")]
public enum TpmaObject : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>Can't be duplicated to another TPM.</summary>
    [TpmName("fixedTPM")] FixedTpm = 1 << 1,

    /// <summary>Its saved context is lost at the next Startup(CLEAR).</summary>
    StClear = 1 << 2,

    /// <summary>Bound to the firmware that made it.</summary>
    FixedFirmware = 1 << 3,

    /// <summary>Can't get another parent.</summary>
    FixedParent = 1 << 4,

    /// <summary>The TPM made its secret, except for the authorisation value.</summary>
    SensitiveDataOrigin = 1 << 5,

    /// <summary>USER role by the authorisation value or by policy; otherwise only by policy.</summary>
    UserWithAuth = 1 << 6,

    /// <summary>ADMIN role only by policy.</summary>
    AdminWithPolicy = 1 << 7,

    /// <summary>Belongs to a hierarchy of this firmware.</summary>
    FirmwareLimited = 1 << 8,

    /// <summary>Belongs to a hierarchy of a security version number.</summary>
    SvnLimited = 1 << 9,

    /// <summary>Not subject to dictionary attack protection.</summary>
    [TpmName("noDA")] NoDa = 1 << 10,

    /// <summary>Duplicated only with an inner wrapper and to a new parent that isn't null.</summary>
    EncryptedDuplication = 1 << 11,

    /// <summary>Used only on data that the TPM made or whose form it knows.</summary>
    Restricted = 1 << 16,

    /// <summary>Its private part may decrypt.</summary>
    Decrypt = 1 << 17,

    /// <summary>Its private part may sign; a symmetric key may encrypt.</summary>
    Sign = 1 << 18,

    /// <summary>May sign X.509 certificates, and then nothing but with TPM2_CertifyX509.</summary>
    [TpmName("x509sign")] X509Sign = 1 << 19,
}
