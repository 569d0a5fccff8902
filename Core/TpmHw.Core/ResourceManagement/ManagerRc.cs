namespace TpmHw.ResourceManagement;

/// <summary>Response codes that the manager acts on or gives itself (Part 2, 6.6.3). Its limits are marked as a resource manager's own (layer 11).</summary>
internal static class ManagerRc
{
    public const uint ContextGap = 0x901;
    public const uint ObjectMemory = 0x902;
    public const uint SessionMemory = 0x903;
    public const uint Memory = 0x904;
    public const uint SessionHandles = 0x905;
    public const uint ObjectHandles = 0x906;
    public const uint CommandCode = 0x143;
    public const uint AuthSize = 0x144;
    public const uint AuthContext = 0x145;

    /// <summary>TPM_RC_HANDLE of parameter 1.</summary>
    public const uint FirstParameterHandle = 0x1CB;

    /// <summary>TPM_RC_REFERENCE_H0: the first handle is of something that is not loaded; the further ones follow.</summary>
    public const uint ReferenceHandle = 0x910;

    /// <summary>TPM_RC_REFERENCE_S0: the first session is not loaded; the further ones follow.</summary>
    public const uint ReferenceSession = 0x918;

    /// <summary>TSS2_RESMGR_RC_LAYER: the code is a resource manager's, not the TPM's.</summary>
    public const uint Layer = 11 << 16;

    /// <summary>Whether it is a warning (Part 2, 6.6.1): the TPM can't do it now, but maybe later.</summary>
    public static bool IsWarning(uint code) => (code & 0x980) == 0x900;

    /// <summary>Whether the TPM says that a handle is not loaded.</summary>
    public static bool IsReference(uint code) => code is >= ReferenceHandle and <= ReferenceHandle + 6 or >= ReferenceSession and <= ReferenceSession + 6;
}
