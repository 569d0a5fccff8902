namespace TpmHw.Spec;

/// <summary>TPMA_ALGORITHM: what an algorithm is for (Part 2, 8.2).</summary>
[Flags, TpmNames("")]
public enum TpmaAlgorithm : uint
{
    /// <summary>No attribute.</summary>
    None = 0,

    /// <summary>Asymmetric, with a public and a private part.</summary>
    Asymmetric = 1 << 0,

    /// <summary>A symmetric block cipher.</summary>
    Symmetric = 1 << 1,

    /// <summary>A hash.</summary>
    Hash = 1 << 2,

    /// <summary>Can be the type of an object.</summary>
    Object = 1 << 3,

    /// <summary>For signing.</summary>
    Signing = 1 << 8,

    /// <summary>For encryption and decryption.</summary>
    Encrypting = 1 << 9,

    /// <summary>A method, such as a key derivation function.</summary>
    Method = 1 << 10,
}
