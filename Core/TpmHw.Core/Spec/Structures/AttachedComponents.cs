namespace TpmHw.Spec;

/// <summary>TPMS_AC_OUTPUT: a value of an attached component (Part 2, 16.3).</summary>
[TpmStructure]
public readonly partial record struct TpmsAcOutput(TpmAt Tag, uint Data);

/// <summary>TPML_AC_CAPABILITIES: values of an attached component (Part 2, 16.4).</summary>
[TpmList<TpmsAcOutput>]
public readonly partial struct TpmlAcCapabilities;
