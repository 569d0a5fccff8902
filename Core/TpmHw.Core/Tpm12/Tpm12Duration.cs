namespace TpmHw.Transport;

/// <summary>How long a TPM 1.2 may take for a command; the chip says what each means (TPM_CAP_PROP_TIS_DURATION).</summary>
public enum Tpm12Duration
{
    /// <summary>Nobody says: a vendor's command, or one that was added later.</summary>
    Unknown,

    /// <summary>No key is used.</summary>
    Short,

    /// <summary>A key is used.</summary>
    Medium,

    /// <summary>A key is generated, or the TPM tests itself.</summary>
    Long,
}
