namespace TpmHw.Spec;

/// <summary>TPMA_LOCALITY: a set of localities 0 to 4; a value of 32 or more is one extended locality (Part 2, 8.5).</summary>
[Flags]
public enum TpmaLocality : byte
{
    /// <summary>No locality.</summary>
    None = 0,

    /// <summary>Locality 0.</summary>
    Zero = 1 << 0,

    /// <summary>Locality 1.</summary>
    One = 1 << 1,

    /// <summary>Locality 2.</summary>
    Two = 1 << 2,

    /// <summary>Locality 3.</summary>
    Three = 1 << 3,

    /// <summary>Locality 4.</summary>
    Four = 1 << 4,
}
