namespace TpmHw.Tpm12;

/// <summary>TPM_ORD: the ordinals of the TPM 1.2 commands that this library sends or acts on (TPM Main Part 2, 17).</summary>
public enum Tpm12Cc : uint
{
    /// <summary>TPM_Extend.</summary>
    Extend = 0x14,

    /// <summary>TPM_PCRRead.</summary>
    PcrRead = 0x15,

    /// <summary>TPM_GetRandom.</summary>
    GetRandom = 0x46,

    /// <summary>TPM_SelfTestFull.</summary>
    SelfTestFull = 0x50,

    /// <summary>TPM_ContinueSelfTest.</summary>
    ContinueSelfTest = 0x53,

    /// <summary>TPM_GetCapability.</summary>
    GetCapability = 0x65,

    /// <summary>TPM_SaveState.</summary>
    SaveState = 0x98,

    /// <summary>TPM_Startup.</summary>
    Startup = 0x99,
}
