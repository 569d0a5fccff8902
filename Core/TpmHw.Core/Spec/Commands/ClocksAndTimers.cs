namespace TpmHw.Spec.Commands;

/// <summary>TPM2_ReadClock: time, clock and reset counters (Part 3, 29.1).</summary>
[TpmCommand(TpmCc.ReadClock, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct ReadClock
{
    /// <summary>What TPM2_ReadClock answers.</summary>
    /// <param name="CurrentTime">The time and the clock.</param>
    public readonly partial record struct Response(TpmsTimeInfo CurrentTime);
}

/// <summary>TPM2_ClockSet: sets the clock forward (Part 3, 29.2).</summary>
/// <param name="Auth">The owner or the platform.</param>
/// <param name="NewTime">Milliseconds; not before what the clock says.</param>
[TpmCommand(TpmCc.ClockSet)]
public readonly partial record struct ClockSet([Handle(Spec.Auth.User)] TpmHandle Auth, ulong NewTime);

/// <summary>TPM2_ClockRateAdjust: lets the clock run slower or faster (Part 3, 29.3).</summary>
/// <param name="Auth">The owner or the platform.</param>
/// <param name="RateAdjust">How much.</param>
[TpmCommand(TpmCc.ClockRateAdjust)]
public readonly partial record struct ClockRateAdjust([Handle(Spec.Auth.User)] TpmHandle Auth, TpmClockAdjust RateAdjust);
