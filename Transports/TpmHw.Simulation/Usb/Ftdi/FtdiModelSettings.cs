namespace TpmHw.Simulation;

/// <summary>Which FTDI bridge a model is, and how the TPM is wired to it.</summary>
public sealed record FtdiModelSettings
{
    /// <summary>The chip.</summary>
    public FtdiModelChip Chip { get; init; }

    /// <summary>The channel that the TPM is on: 0 for A, 1 for B.</summary>
    public int Channel { get; init; }

    /// <summary>What ADBUS5 is on, which the driver can ask for the interrupt.</summary>
    public InterruptWiring Interrupt { get; init; } = InterruptWiring.Direct;

    /// <summary>Whether ADBUS7 is wired to SCL, so that the engine can wait for a chip that holds it low.</summary>
    public bool HasClockEcho { get; init; } = true;
}

/// <summary>FTDI's bridges.</summary>
public enum FtdiModelChip
{
    /// <summary>FT232H: one channel, with an engine.</summary>
    Ft232H,

    /// <summary>FT2232H: two channels, both with one.</summary>
    Ft2232H,

    /// <summary>FT4232H: four channels, two with one and none with ACBUS.</summary>
    Ft4232H,

    /// <summary>FT232R: a serial port without an engine.</summary>
    Ft232R,
}
