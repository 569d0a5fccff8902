namespace TpmHw.Spec.Commands;

/// <summary>TPM2_FlushContext: removes a loaded object, a sequence or a session from the TPM (Part 3, 28.4).</summary>
/// <param name="FlushHandle">What to remove. It is a parameter, not a handle of the handle area, so that it may also be a saved session.</param>
[TpmCommand(TpmCc.FlushContext)]
public readonly partial record struct FlushContext(TpmHandle FlushHandle);
