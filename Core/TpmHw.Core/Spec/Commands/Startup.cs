namespace TpmHw.Spec.Commands;

/// <summary>TPM2_Startup: starts the TPM after a reset (Part 3, 9.3).</summary>
/// <param name="StartupType">All over again, or from saved state.</param>
[TpmCommand(TpmCc.Startup, NoSessions = true, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct Startup(TpmSu StartupType);

/// <summary>TPM2_Shutdown: prepares the TPM for the loss of power (Part 3, 9.4).</summary>
/// <param name="ShutdownType">Whether to save state for a resume.</param>
[TpmCommand(TpmCc.Shutdown)]
public readonly partial record struct Shutdown(TpmSu ShutdownType);
