namespace TpmHw.Spec.Commands;

/// <summary>TPM2_ReadClock: time, clock and reset counters (Part 3, 29.1).</summary>
[TpmCommand(TpmCc.ReadClock)]
public readonly partial record struct ReadClock
{
    /// <summary>What TPM2_ReadClock answers.</summary>
    /// <param name="CurrentTime">The time and the clock.</param>
    public readonly partial record struct Response(TpmsTimeInfo CurrentTime);
}
