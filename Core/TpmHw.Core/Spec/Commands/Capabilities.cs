namespace TpmHw.Spec.Commands;

/// <summary>TPM2_GetCapability: what the TPM is, can do, and holds (Part 3, 30.2).</summary>
/// <param name="Capability">What kind of thing is asked for.</param>
/// <param name="Property">The first of them; its meaning goes with <paramref name="Capability"/>.</param>
/// <param name="PropertyCount">How many of them at most; the TPM may give fewer.</param>
[TpmCommand(TpmCc.GetCapability, Duration = CommandDuration.Prompt, Repeatable = true)]
public readonly partial record struct GetCapability(TpmCap Capability, uint Property, uint PropertyCount)
{
    /// <summary>What TPM2_GetCapability answers.</summary>
    /// <param name="MoreData">Whether there are more: ask again, from the one after the last.</param>
    /// <param name="CapabilityData">What was asked for.</param>
    public readonly partial record struct Response(bool MoreData, TpmsCapabilityData CapabilityData);
}

/// <summary>TPM2_TestParms: whether the TPM can have keys of a kind (Part 3, 30.3).</summary>
/// <param name="Parameters">The kind of key.</param>
[TpmCommand(TpmCc.TestParms, Repeatable = true)]
public readonly partial record struct TestParms(TpmtPublicParms Parameters);

/// <summary>TPM2_SetCapability: sets a capability of the TPM (Part 3 of version 1.83, 30.4).</summary>
/// <param name="AuthHandle">The hierarchy that may.</param>
/// <param name="SetCapabilityData">The capability and its value.</param>
[TpmCommand(TpmCc.SetCapability, Since = 183)]
public readonly partial record struct SetCapability([Handle(Auth.User)] TpmHandle AuthHandle, [Secret] Tpm2bSetCapabilityData SetCapabilityData);
