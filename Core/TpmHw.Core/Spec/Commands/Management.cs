namespace TpmHw.Spec.Commands;

/// <summary>TPM2_PP_Commands: says which commands need physical presence (Part 3, 26.2).</summary>
/// <param name="Auth">The platform, and physical presence with it.</param>
/// <param name="SetList">Commands that need it from now on.</param>
/// <param name="ClearList">Commands that need it no longer.</param>
[TpmCommand(TpmCc.PpCommands, Optional = true)]
public readonly partial record struct PpCommands([Handle(Spec.Auth.User)] TpmHandle Auth, TpmlCc SetList, TpmlCc ClearList);

/// <summary>TPM2_SetAlgorithmSet: sets the vendor's choice of algorithms, from the next reset (Part 3, 26.3).</summary>
/// <param name="AuthHandle">The platform.</param>
/// <param name="AlgorithmSet">The choice; its meaning is the vendor's.</param>
[TpmCommand(TpmCc.SetAlgorithmSet, Optional = true)]
public readonly partial record struct SetAlgorithmSet([Handle(Auth.User)] TpmHandle AuthHandle, uint AlgorithmSet);
