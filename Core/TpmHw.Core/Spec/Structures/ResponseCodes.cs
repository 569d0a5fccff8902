using TpmHw.Spec;

namespace TpmHw.Wire;

// TPM_RC is also a parameter of TPM2_GetTestResult and a field of TPMS_… structures: 32 bits like any other.
[TpmStructure]
[TpmName("TPM_RC")]
public readonly partial record struct TpmResponseCode;
