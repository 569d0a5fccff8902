namespace TpmHw.Spec.Commands;

/// <summary>TPM2_ACT_SetTimeout: sets an authenticated countdown timer (Part 3, 33.2).</summary>
/// <param name="ActHandle">The timer.</param>
/// <param name="StartTimeout">The seconds until it signals.</param>
[TpmCommand(TpmCc.ActSetTimeout, Since = 159)]
public readonly partial record struct ActSetTimeout([Handle(Auth.User)] TpmHandle ActHandle, uint StartTimeout);
