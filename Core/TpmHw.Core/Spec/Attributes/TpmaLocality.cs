namespace TpmHw.Spec;

/// <summary>TPMA_LOCALITY: a set of localities 0 to 4; a value of 32 or more is one extended locality (Part 2, 8.5).</summary>
[Flags, TpmNames("")]
public enum TpmaLocality : byte
{
    /// <summary>No locality.</summary>
    None = 0,

    /// <summary>Locality 0.</summary>
    [TpmName("TPM_LOC_ZERO")] Zero = 1 << 0,

    /// <summary>Locality 1.</summary>
    [TpmName("TPM_LOC_ONE")] One = 1 << 1,

    /// <summary>Locality 2.</summary>
    [TpmName("TPM_LOC_TWO")] Two = 1 << 2,

    /// <summary>Locality 3.</summary>
    [TpmName("TPM_LOC_THREE")] Three = 1 << 3,

    /// <summary>Locality 4.</summary>
    [TpmName("TPM_LOC_FOUR")] Four = 1 << 4,
}
