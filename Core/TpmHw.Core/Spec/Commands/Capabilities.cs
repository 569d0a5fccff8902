namespace TpmHw.Spec.Commands;

/// <summary>TPM2_GetCapability: what the TPM is, can do, and holds (Part 3, 30.2).</summary>
/// <param name="Capability">What kind of thing is asked for.</param>
/// <param name="Property">The first of them; its meaning goes with <paramref name="Capability"/>.</param>
/// <param name="PropertyCount">How many of them at most; the TPM may give fewer.</param>
[TpmCommand(TpmCc.GetCapability)]
public readonly partial record struct GetCapability(TpmCap Capability, uint Property, uint PropertyCount)
{
    /// <summary>What TPM2_GetCapability answers.</summary>
    /// <param name="MoreData">Whether there are more: ask again, from the one after the last.</param>
    /// <param name="CapabilityData">What was asked for.</param>
    public readonly partial record struct Response(bool MoreData, TpmsCapabilityData CapabilityData);
}
