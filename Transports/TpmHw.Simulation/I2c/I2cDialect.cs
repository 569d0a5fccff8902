namespace TpmHw.Simulation;

/// <summary>How a chip's registers are addressed on I2C.</summary>
public enum I2cDialect
{
    /// <summary>The TCG's own mapping, with TPM_LOC_SEL, guard times and a checksum (PTP, 7.2).</summary>
    Ptp,

    /// <summary>Infineon before that: locality and register in one byte.</summary>
    Infineon,

    /// <summary>Google's Cr50 and Ti50: Infineon's registers, and a line that says when the chip is ready.</summary>
    Google,

    /// <summary>Nuvoton before the TCG's: no localities, FIFO at one address for each direction.</summary>
    Nuvoton,

    /// <summary>ST33ZP24: offsets of TIS with a bit for writes, and a byte to fill up reads.</summary>
    St,
}
