namespace TpmHw.Spec;

/// <summary>TPM_AT: what a value of an attached component says (Part 2, 16.1).</summary>
[TpmNames("TPM_AT_")]
public enum TpmAt : uint
{
    /// <summary>Asked for: any of them.</summary>
    Any = 0x00000000,

    /// <summary>An error of the component.</summary>
    Error = 0x00000001,

    /// <summary>The first of a list of provisioned values.</summary>
    Pv1 = 0x00000002,

    /// <summary>Where the vendor's own begin.</summary>
    Vend = 0x80000000,
}
