namespace TpmHw.Spec;

/// <summary>TPM_CLOCK_ADJUST: how to change the rate of the clock (Part 2, 6.7).</summary>
[TpmNames("TPM_CLOCK_")]
public enum TpmClockAdjust : sbyte
{
    /// <summary>One coarse step slower.</summary>
    CoarseSlower = -3,

    /// <summary>One medium step slower.</summary>
    MediumSlower = -2,

    /// <summary>One fine step slower.</summary>
    FineSlower = -1,

    /// <summary>As it is.</summary>
    NoChange = 0,

    /// <summary>One fine step faster.</summary>
    FineFaster = 1,

    /// <summary>One medium step faster.</summary>
    MediumFaster = 2,

    /// <summary>One coarse step faster.</summary>
    CoarseFaster = 3,
}
