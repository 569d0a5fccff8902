namespace TpmHw.Spec;

/// <summary>TPMI_MLKEM_PARMS: the parameter sets of FIPS 203 (Part 2 of version 1.85, 11.2.6).</summary>
[TpmNames("TPM_MLKEM_")]
public enum TpmMlkem : ushort
{
    /// <summary>None.</summary>
    None = 0x0000,

    /// <summary>ML-KEM-512.</summary>
    [TpmName("512")] MlKem512 = 0x0001,

    /// <summary>ML-KEM-768.</summary>
    [TpmName("768")] MlKem768 = 0x0002,

    /// <summary>ML-KEM-1024.</summary>
    [TpmName("1024")] MlKem1024 = 0x0003,
}

/// <summary>TPMI_MLDSA_PARMS: the parameter sets of FIPS 204 (Part 2 of version 1.85, 11.2.7).</summary>
[TpmNames("TPM_MLDSA_")]
public enum TpmMldsa : ushort
{
    /// <summary>None.</summary>
    None = 0x0000,

    /// <summary>ML-DSA-44.</summary>
    [TpmName("44")] MlDsa44 = 0x0001,

    /// <summary>ML-DSA-65.</summary>
    [TpmName("65")] MlDsa65 = 0x0002,

    /// <summary>ML-DSA-87.</summary>
    [TpmName("87")] MlDsa87 = 0x0003,
}
