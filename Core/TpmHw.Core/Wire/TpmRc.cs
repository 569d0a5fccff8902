namespace TpmHw.Wire;

/// <summary>TPM_RC: the response codes that this library itself acts on (Part 2, 6.6.3). <see cref="TpmResponseCode"/> knows all of them in words.</summary>
public static class TpmRc
{
    /// <summary>TPM_RC_SUCCESS.</summary>
    public const uint Success = 0x000;

    /// <summary>TPM_RC_INITIALIZE: the TPM was not started; to Startup itself, that it was.</summary>
    public const uint Initialize = 0x100;

    /// <summary>TPM_RC_HANDLE, without the number of the handle: nothing has this handle.</summary>
    public const uint Handle = 0x08B;

    /// <summary>TPM_RC_NV_LOCKED: the NV index is locked against reading or writing.</summary>
    public const uint NvLocked = 0x148;

    /// <summary>TPM_RC_NV_UNINITIALIZED: nothing was written to the NV index.</summary>
    public const uint NvUninitialized = 0x14A;

    /// <summary>TPM_RC_SEQUENCE: it is a sequence object, or a command out of sequence.</summary>
    public const uint Sequence = 0x103;

    /// <summary>TPM_RC_COMMAND_SIZE: the command has not the size that its header gives.</summary>
    public const uint CommandSize = 0x142;

    /// <summary>TPM_RC_COMMAND_CODE: the TPM has not got the command; to some policy commands, that the policy is for another one already.</summary>
    public const uint CommandCode = 0x143;

    /// <summary>TPM_RC_OBJECT_MEMORY: there is no room for another loaded object.</summary>
    public const uint ObjectMemory = 0x902;

    /// <summary>TPM_RC_YIELDED: the TPM put the command off.</summary>
    public const uint Yielded = 0x908;

    /// <summary>TPM_RC_CANCELED: the command was stopped, and nothing has changed.</summary>
    public const uint Canceled = 0x909;

    /// <summary>TPM_RC_TESTING: the TPM tests itself and has not executed the command.</summary>
    public const uint Testing = 0x90A;

    /// <summary>TPM_RC_REFERENCE_S0: the command's first session is not loaded.</summary>
    public const uint ReferenceS0 = 0x918;

    /// <summary>TPM_RC_REFERENCE_S6: the last of the codes that begin with <see cref="ReferenceS0"/>.</summary>
    public const uint ReferenceS6 = 0x91E;

    /// <summary>TPM_RC_RETRY: the TPM could not begin the command.</summary>
    public const uint Retry = 0x922;

    /// <summary>TPM_RC_AUTH_FAIL, without the number of the session: an authorization failed and counts towards the lockout.</summary>
    public const uint AuthFail = 0x08E;

    /// <summary>TPM_RC_BAD_AUTH, without the number of the session: an authorization failed that does not count.</summary>
    public const uint BadAuth = 0x0A2;

    /// <summary>TPM_E_COMMAND_BLOCKED: Windows, not the TPM, says that it does not let the command through.</summary>
    public const uint CommandBlocked = 0x80280400;

    /// <summary>TPM_E_EMBEDDED_COMMAND_BLOCKED: the same of a command inside a TPM 1.2's transport session.</summary>
    public const uint EmbeddedCommandBlocked = 0x80280403;
}
