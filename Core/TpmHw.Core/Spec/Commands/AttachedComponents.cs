namespace TpmHw.Spec.Commands;

/// <summary>TPM2_AC_GetCapability: what an attached component is and can do (Part 3, 32.2).</summary>
/// <param name="Ac">The component.</param>
/// <param name="Capability">The first value that is wanted.</param>
/// <param name="Count">How many at most.</param>
[TpmCommand(TpmCc.AcGetCapability, Since = 159, Repeatable = true)]
public readonly partial record struct AcGetCapability([Handle] TpmHandle Ac, TpmAt Capability, uint Count)
{
    /// <summary>What TPM2_AC_GetCapability answers.</summary>
    /// <param name="MoreData">Whether there are more.</param>
    /// <param name="CapabilitiesData">The values.</param>
    public readonly partial record struct Response(bool MoreData, TpmlAcCapabilities CapabilitiesData);
}

/// <summary>TPM2_AC_Send: sends an object to an attached component (Part 3, 32.3).</summary>
/// <param name="SendObject">The object.</param>
/// <param name="AuthHandle">The owner, the platform, or the component's NV index.</param>
/// <param name="Ac">The component.</param>
/// <param name="AcDataIn">Data for the component.</param>
[TpmCommand(TpmCc.AcSend, Since = 159)]
public readonly partial record struct AcSend(
    [Handle(Auth.Dup)] TpmHandle SendObject, [Handle(Auth.User)] TpmHandle AuthHandle, [Handle] TpmHandle Ac, [Secret] Tpm2bMaxBuffer AcDataIn)
{
    /// <summary>What TPM2_AC_Send answers.</summary>
    /// <param name="AcDataOut">The component's answer.</param>
    public readonly partial record struct Response(TpmsAcOutput AcDataOut);
}

/// <summary>TPM2_Policy_AC_SendSelect: a policy for one object, or any, to one attached component (Part 3, 32.4).</summary>
/// <param name="PolicySession">The session.</param>
/// <param name="ObjectName">The object's Name.</param>
/// <param name="AuthHandleName">The Name of what authorises the sending.</param>
/// <param name="AcName">The component's Name.</param>
/// <param name="IncludeObject">Whether the object's Name is part of the policy.</param>
[TpmCommand(TpmCc.PolicyAcSendSelect, Since = 159)]
public readonly partial record struct PolicyAcSendSelect(
    [Handle] TpmHandle PolicySession, Tpm2bName ObjectName, Tpm2bName AuthHandleName, Tpm2bName AcName, bool IncludeObject);
