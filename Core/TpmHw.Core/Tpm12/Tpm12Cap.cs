namespace TpmHw.Tpm12;

/// <summary>What TPM_GetCapability is asked for: the areas (TPM Main Part 2, 21.1), and what there is in them (21.2).</summary>
public static class Tpm12Cap
{
    /// <summary>TPM_CAP_FLAG.</summary>
    public const uint Flag = 0x04;

    /// <summary>TPM_CAP_PROPERTY.</summary>
    public const uint Property = 0x05;

    /// <summary>TPM_CAP_VERSION_VAL, which has nothing in it.</summary>
    public const uint VersionVal = 0x1A;

    /// <summary>TPM_CAP_FLAG_PERMANENT.</summary>
    public const uint FlagPermanent = 0x0108;

    /// <summary>TPM_CAP_PROP_PCR: how many PCRs there are.</summary>
    public const uint PropertyPcr = 0x0101;

    /// <summary>TPM_CAP_PROP_OWNER: whether the TPM has an owner.</summary>
    public const uint PropertyOwner = 0x0111;

    /// <summary>TPM_CAP_PROP_TIS_TIMEOUT: TIMEOUT_A to D.</summary>
    public const uint PropertyTisTimeout = 0x0115;

    /// <summary>TPM_CAP_PROP_TIS_DURATION: short, medium and long.</summary>
    public const uint PropertyTisDuration = 0x0120;
}
