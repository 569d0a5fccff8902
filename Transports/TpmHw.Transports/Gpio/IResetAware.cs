namespace TpmHw.Transports.Gpio;

/// <summary>A driver that wants to know of a reset that its own side caused.</summary>
internal interface IResetAware
{
    /// <summary>The TPM was reset, with no command running.</summary>
    void OnReset();
}
