namespace TpmHw.Spec;

/// <summary>TPMS_ALG_PROPERTY: an algorithm and what it is for (Part 2, 10.8.1).</summary>
[TpmStructure]
public readonly partial record struct TpmsAlgProperty(TpmAlgId Alg, TpmaAlgorithm AlgProperties);

/// <summary>TPMS_TAGGED_PROPERTY: a property and its value (Part 2, 10.8.2).</summary>
[TpmStructure]
public readonly partial record struct TpmsTaggedProperty(TpmPt Property, uint Value);

/// <summary>TPMS_TAGGED_PCR_SELECT: a property of PCRs and those that have it (Part 2, 10.8.3).</summary>
[TpmStructure]
public readonly partial record struct TpmsTaggedPcrSelect(TpmPtPcr Tag, TpmsPcrSelect PcrSelect);

/// <summary>TPMS_TAGGED_POLICY: a permanent handle and its policy (Part 2, 10.8.4).</summary>
[TpmStructure]
public readonly partial record struct TpmsTaggedPolicy(TpmHandle Handle, TpmtHa PolicyHash);

/// <summary>TPMS_ACT_DATA: an authenticated countdown timer and the seconds that are left (Part 2, 10.8.5).</summary>
[TpmStructure]
public readonly partial record struct TpmsActData(TpmHandle Handle, uint Timeout, TpmaAct Attributes);

/// <summary>TPML_CC: command codes (Part 2, 10.9.1).</summary>
[TpmList<TpmCc>]
public readonly partial struct TpmlCc;

/// <summary>TPML_CCA: commands as the TPM describes them (Part 2, 10.9.2).</summary>
[TpmList<TpmaCc>]
public readonly partial struct TpmlCca;

/// <summary>TPML_ALG: algorithms (Part 2, 10.9.3).</summary>
[TpmList<TpmAlgId>]
public readonly partial struct TpmlAlg;

/// <summary>TPML_ALG_PROPERTY: algorithms and what they are for (Part 2, 10.9.8).</summary>
[TpmList<TpmsAlgProperty>]
public readonly partial struct TpmlAlgProperty;

/// <summary>TPML_TAGGED_TPM_PROPERTY: properties and their values (Part 2, 10.9.9).</summary>
[TpmList<TpmsTaggedProperty>]
public readonly partial struct TpmlTaggedTpmProperty;

/// <summary>TPML_TAGGED_PCR_PROPERTY: properties of PCRs (Part 2, 10.9.10).</summary>
[TpmList<TpmsTaggedPcrSelect>]
public readonly partial struct TpmlTaggedPcrProperty;

/// <summary>TPML_ECC_CURVE: elliptic curves (Part 2, 10.9.11).</summary>
[TpmList<TpmEccCurve>]
public readonly partial struct TpmlEccCurve;

/// <summary>TPML_TAGGED_POLICY: permanent handles and their policies (Part 2, 10.9.12).</summary>
[TpmList<TpmsTaggedPolicy>]
public readonly partial struct TpmlTaggedPolicy;

/// <summary>TPML_ACT_DATA: authenticated countdown timers (Part 2, 10.9.13).</summary>
[TpmList<TpmsActData>]
public readonly partial struct TpmlActData;

/// <summary>TPMS_SPDM_SESSION_INFO: the keys at the two ends of an SPDM session (Part 2, 10.8).</summary>
[TpmStructure]
public readonly partial record struct TpmsSpdmSessionInfo(Tpm2bName ReqKeyName, Tpm2bName TpmKeyName);

/// <summary>TPML_SPDM_SESSION_INFO: SPDM sessions (Part 2, 10.9).</summary>
[TpmList<TpmsSpdmSessionInfo>]
public readonly partial struct TpmlSpdmSessionInfo;

/// <summary>TPMS_CAPABILITY_DATA: what TPM2_GetCapability answers (Part 2, 10.10.2).</summary>
[TpmStructure]
public readonly partial record struct TpmsCapabilityData(TpmCap Capability, [SelectedBy(nameof(Capability))] TpmuCapabilities Data);

/// <summary>TPMU_CAPABILITIES: a list of what was asked for (Part 2, 10.10.1).</summary>
[TpmUnion<TpmCap>]
public abstract partial record TpmuCapabilities
{
    /// <summary>The algorithms, in rising order.</summary>
    [Selector(TpmCap.Algs)]
    public sealed partial record Algorithms(TpmlAlgProperty Items) : TpmuCapabilities;

    /// <summary>The handles in use, in rising order.</summary>
    [Selector(TpmCap.Handles)]
    public sealed partial record Handles(TpmlHandle Items) : TpmuCapabilities;

    /// <summary>The commands, by rising command index.</summary>
    [Selector(TpmCap.Commands)]
    public sealed partial record Commands(TpmlCca Items) : TpmuCapabilities;

    /// <summary>The commands that need physical presence, or those that are audited.</summary>
    [Selector(TpmCap.PpCommands, TpmCap.AuditCommands)]
    public sealed partial record CommandCodes(TpmlCc Items) : TpmuCapabilities;

    /// <summary>The PCR banks and the PCRs in them.</summary>
    [Selector(TpmCap.Pcrs)]
    public sealed partial record AssignedPcrs(TpmlPcrSelection Items) : TpmuCapabilities;

    /// <summary>The properties, in rising order.</summary>
    [Selector(TpmCap.TpmProperties)]
    public sealed partial record TpmProperties(TpmlTaggedTpmProperty Items) : TpmuCapabilities;

    /// <summary>The properties of PCRs, in rising order.</summary>
    [Selector(TpmCap.PcrProperties)]
    public sealed partial record PcrProperties(TpmlTaggedPcrProperty Items) : TpmuCapabilities;

    /// <summary>The elliptic curves, in rising order.</summary>
    [Selector(TpmCap.EccCurves)]
    public sealed partial record EccCurves(TpmlEccCurve Items) : TpmuCapabilities;

    /// <summary>The permanent handles with a policy.</summary>
    [Selector(TpmCap.AuthPolicies)]
    public sealed partial record AuthPolicies(TpmlTaggedPolicy Items) : TpmuCapabilities;

    /// <summary>The authenticated countdown timers.</summary>
    [Selector(TpmCap.Act)]
    public sealed partial record ActData(TpmlActData Items) : TpmuCapabilities;

    /// <summary>The TPM's public keys for secure channels.</summary>
    [Selector(TpmCap.PubKeys)]
    public sealed partial record PubKeys(TpmlPubKey Items) : TpmuCapabilities;

    /// <summary>The SPDM session that the command came through; none where it came through none.</summary>
    [Selector(TpmCap.SpdmSessionInfo)]
    public sealed partial record SpdmSessionInfo(TpmlSpdmSessionInfo Items) : TpmuCapabilities;

    /// <summary>What only the vendor or a later specification knows, as it came.</summary>
    [Otherwise]
    public sealed partial record Other(TpmRest Bytes) : TpmuCapabilities;
}

/// <summary>TPMS_SET_CAPABILITY_DATA: a capability to set; which there are and what they hold is the TPM's own (Part 2 of version 1.83, 10.10).</summary>
[TpmStructure]
public readonly partial record struct TpmsSetCapabilityData(TpmCap SetCapability, TpmRest Data);

/// <summary>TPM2B_SET_CAPABILITY_DATA: the same with its size before it (Part 2 of version 1.83, 10.10).</summary>
[TpmSized]
public readonly partial record struct Tpm2bSetCapabilityData(TpmsSetCapabilityData SetCapabilityData);
