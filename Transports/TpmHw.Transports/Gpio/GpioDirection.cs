namespace TpmHw.Transports.Gpio;

/// <summary>What a line is asked to be.</summary>
public enum GpioDirection
{
    /// <summary>An output that starts high: the lines of a TPM are active low.</summary>
    OutputHigh,

    /// <summary>An input with a pull-up that reports falling edges.</summary>
    InputFalling,
}
