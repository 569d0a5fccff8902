namespace TpmHw.Spec;

/// <summary>TPM_ECC_CURVE: elliptic curves (Part 2, 6.4).</summary>
[TpmNames("TPM_ECC_")]
public enum TpmEccCurve : ushort
{
    /// <summary>No curve.</summary>
    None = 0x0000,

    /// <summary>NIST P-192.</summary>
    NistP192 = 0x0001,

    /// <summary>NIST P-224.</summary>
    NistP224 = 0x0002,

    /// <summary>NIST P-256.</summary>
    NistP256 = 0x0003,

    /// <summary>NIST P-384.</summary>
    NistP384 = 0x0004,

    /// <summary>NIST P-521.</summary>
    NistP521 = 0x0005,

    /// <summary>Barreto-Naehrig with 256 bits, for ECDAA.</summary>
    BnP256 = 0x0010,

    /// <summary>Barreto-Naehrig with 638 bits, for ECDAA.</summary>
    BnP638 = 0x0011,

    /// <summary>The curve of SM2.</summary>
    Sm2P256 = 0x0020,

    /// <summary>brainpoolP256r1.</summary>
    BpP256R1 = 0x0030,

    /// <summary>brainpoolP384r1.</summary>
    BpP384R1 = 0x0031,

    /// <summary>brainpoolP512r1.</summary>
    BpP512R1 = 0x0032,

    /// <summary>Curve25519.</summary>
    [TpmName("CURVE_25519")] Curve25519 = 0x0040,

    /// <summary>Curve448.</summary>
    [TpmName("CURVE_448")] Curve448 = 0x0041,
}
