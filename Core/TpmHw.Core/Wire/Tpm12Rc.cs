namespace TpmHw.Wire;

/// <summary>TPM_RESULT: the result codes of a TPM 1.2 (Main Part 2, 16) that this library acts on. <see cref="TpmResponseCode"/> knows all of them in words.</summary>
public static class Tpm12Rc
{
    /// <summary>TPM_SUCCESS: the command succeeded.</summary>
    public const uint Success = 0x00;

    /// <summary>TPM_AUTHFAIL: the authorization is wrong.</summary>
    public const uint AuthFail = 0x01;

    /// <summary>TPM_BAD_PARAMETER: a parameter is wrong.</summary>
    public const uint BadParameter = 0x03;

    /// <summary>TPM_FAIL: the command failed.</summary>
    public const uint Fail = 0x09;

    /// <summary>TPM_BAD_ORDINAL: the TPM does not have this command.</summary>
    public const uint BadOrdinal = 0x0A;

    /// <summary>TPM_BAD_PARAM_SIZE: the header's size does not fit the command that arrived.</summary>
    public const uint BadParamSize = 0x19;

    /// <summary>TPM_AUTH2FAIL: the second authorization is wrong.</summary>
    public const uint Auth2Fail = 0x1D;

    /// <summary>TPM_IOERROR: the TPM could not take or send the data.</summary>
    public const uint IoError = 0x1F;

    /// <summary>TPM_INVALID_POSTINIT: the TPM waits for TPM_Startup; to TPM_Startup itself, it was started already.</summary>
    public const uint InvalidPostInit = 0x26;

    /// <summary>TPM_BAD_LOCALITY: the command came at a locality that may not do this.</summary>
    public const uint BadLocality = 0x3D;

    /// <summary>TPM_RETRY: the TPM is busy.</summary>
    public const uint Retry = 0x800;

    /// <summary>TPM_DOING_SELFTEST: the TPM is testing itself.</summary>
    public const uint DoingSelfTest = 0x802;

    /// <summary>TPM_DEFEND_LOCK_RUNNING: after too many wrong passwords the TPM waits before it takes another.</summary>
    public const uint DefendLockRunning = 0x803;
}
