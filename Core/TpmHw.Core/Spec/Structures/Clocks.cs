namespace TpmHw.Spec;

/// <summary>TPMS_CLOCK_INFO: a clock that goes on over resets (Part 2, 10.11.1).</summary>
/// <param name="Clock">Milliseconds that the TPM has been powered since its clock was last set to zero.</param>
/// <param name="ResetCount">How often it was reset since TPM2_Clear.</param>
/// <param name="RestartCount">How often it was restarted or resumed since the last reset.</param>
/// <param name="Safe">Whether no higher value of <paramref name="Clock"/> can have been reported before.</param>
[TpmStructure]
public readonly partial record struct TpmsClockInfo(ulong Clock, uint ResetCount, uint RestartCount, bool Safe);

/// <summary>TPMS_TIME_INFO: the time since power came, and the clock (Part 2, 10.11.6).</summary>
/// <param name="Time">Milliseconds since the TPM last got power.</param>
/// <param name="ClockInfo">The clock.</param>
[TpmStructure]
public readonly partial record struct TpmsTimeInfo(ulong Time, TpmsClockInfo ClockInfo);
