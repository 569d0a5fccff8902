namespace TpmHw;

/// <summary>How <see cref="Tpm2"/> treats its TPM.</summary>
public sealed record Tpm2Options
{
    /// <summary>
    /// Whether a TPM that says it was not started (TPM_RC_INITIALIZE) is sent TPM2_Startup(CLEAR) and the command
    /// again, which it had not executed. Not done where a resource manager looks after the TPM.
    /// </summary>
    public bool StartUpWhenNeeded { get; init; } = true;

    /// <summary>
    /// Whether a command that the TPM puts off (TPM_RC_RETRY, TPM_RC_YIELDED, TPM_RC_TESTING) is sent again, as
    /// <see cref="Transport.RetryTransport"/> does by default.
    /// </summary>
    public bool ResendWhenBusy { get; init; } = true;
}
