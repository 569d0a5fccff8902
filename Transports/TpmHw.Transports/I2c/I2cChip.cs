namespace TpmHw.Transports.I2c;

/// <summary>How a TPM on I2C lays out its registers. Those that are older than the PTP each have a way of their own.</summary>
public enum I2cChip
{
    /// <summary>By what it says of itself. Those that say nothing (<see cref="Atmel"/>, <see cref="St33zp24"/>) have to be named.</summary>
    Auto,

    /// <summary>The PTP's: SLB9672/9673, NPCT75x, ST33KTPM and every other TPM of today.</summary>
    Ptp,

    /// <summary>Infineon SLB9635, TPM 1.2.</summary>
    Slb9635,

    /// <summary>Infineon SLB9645, TPM 1.2.</summary>
    Slb9645,

    /// <summary>Google Cr50 and Ti50, TPM 2.0.</summary>
    Cr50,

    /// <summary>Nuvoton WPCT301 and NPCT501 (TPM 1.2), NPCT601 and NPCT650 (TPM 2.0).</summary>
    Nuvoton,

    /// <summary>Atmel AT97SC3204T, TPM 1.2, which has no registers.</summary>
    Atmel,

    /// <summary>STMicroelectronics ST33ZP24, TPM 1.2.</summary>
    St33zp24,
}
