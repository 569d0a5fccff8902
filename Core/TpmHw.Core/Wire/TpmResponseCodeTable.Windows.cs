namespace TpmHw.Wire;

internal static partial class TpmResponseCodeTable
{
    private const string BlockedByWindows = "Windows keeps Startup, Shutdown, ContextSave and some others to itself; try as administrator, or use a command that Windows allows.";
    private const string FewerAtATime = "Close contexts that are no longer needed.";
    private const string SeeTpmMsc = "Look at the TPM in tpm.msc (or Get-Tpm) and in the firmware's set-up menu.";

    /// <summary>What Windows answers in the TPM's place (0x802804xx) and the errors of the TPM Base Services (0x802840xx).</summary>
    public static TpmResponseMeaning? Tbs(uint code) => code switch
    {
        TpmRc.CommandBlocked => new("TPM_E_COMMAND_BLOCKED", "Windows does not let this command through to the TPM.", BlockedByWindows),
        0x80280401 => new("TPM_E_INVALID_HANDLE", "Windows knows no object with this handle.", "Handles end when the context that made them is closed, and only that context can use them."),
        0x80280402 => new("TPM_E_DUPLICATE_VHANDLE", "Windows met the same virtual handle twice.", "Close the context and open a new one."),
        TpmRc.EmbeddedCommandBlocked => new("TPM_E_EMBEDDED_COMMAND_BLOCKED", "Windows does not let the command inside a transport session through.", BlockedByWindows),
        0x80280404 => new("TPM_E_EMBEDDED_COMMAND_UNSUPPORTED", "Windows can't pass on the command inside a transport session.", "Send the command by itself."),

        0x80284001 => new("TBS_E_INTERNAL_ERROR", "The TPM Base Services failed inside.", "The system's event log (TPM, TBS) says more."),
        0x80284002 => new("TBS_E_BAD_PARAMETER", "A parameter of the call is wrong.", "A command has to be as long as its header says, and Windows takes it at locality 0 only."),
        0x80284003 => new("TBS_E_INVALID_OUTPUT_POINTER", "A pointer for a result is wrong.", "This is a mistake of the calling program: report it to whoever made it."),
        0x80284004 => new("TBS_E_INVALID_CONTEXT", "The context is closed, or never was one.", "Open it again: a restart of the service ends all contexts."),
        0x80284005 => new("TBS_E_INSUFFICIENT_BUFFER", "The buffer for the result is too small.", "Give at least 4096 bytes. The command may have run: don't send it again blindly."),
        0x80284006 => new("TBS_E_IOERROR", "Windows could not talk to the TPM.", "Restart the machine; if it stays, update its firmware."),
        0x80284007 => new("TBS_E_INVALID_CONTEXT_PARAM", "The parameters for a new context are wrong.", "Windows before 8 has contexts for a TPM 1.2 only: ask for that version, and not for a raw one."),
        0x80284008 => new("TBS_E_SERVICE_NOT_RUNNING", "The TPM Base Services are not running and could not be started.", "Start the service TBS."),
        0x80284009 => new("TBS_E_TOO_MANY_TBS_CONTEXTS", "There are too many contexts.", FewerAtATime),
        0x8028400A => new("TBS_E_TOO_MANY_RESOURCES", "There are too many objects and sessions.", FewerAtATime),
        0x8028400B => new("TBS_E_SERVICE_START_PENDING", "The TPM Base Services are starting.", "Try again in a moment."),
        0x8028400C => new("TBS_E_PPI_NOT_SUPPORTED", "This machine has no physical presence interface.", "Use the firmware's set-up menu."),
        0x8028400D => new("TBS_E_COMMAND_CANCELED", "The command was cancelled.", "Send it again if it is still wanted."),
        0x8028400E => new("TBS_E_BUFFER_TOO_LARGE", "A buffer is larger than Windows takes.", "Give at most 256 KiB; a TPM's own limit is usually 4096 bytes."),
        0x8028400F => new("TBS_E_TPM_NOT_FOUND", "There is no TPM of the wanted version.", SeeTpmMsc),
        0x80284010 => new("TBS_E_SERVICE_DISABLED", "The TPM Base Services are disabled.", "Enable the service TBS."),
        0x80284011 => new("TBS_E_NO_EVENT_LOG", "There is no such event log.", "The log of the current boot is what most machines have; those of a dynamic launch are there only where one took place."),
        0x80284012 => new("TBS_E_ACCESS_DENIED", "This user may not do that.", "Try as administrator."),
        0x80284013 => new("TBS_E_PROVISIONING_NOT_ALLOWED", "The system's settings forbid setting up the TPM.", "Whoever manages the machine can allow it, or set the TPM up (tpm.msc, Initialize-Tpm)."),
        0x80284014 => new("TBS_E_PPI_FUNCTION_UNSUPPORTED", "The firmware does not offer this function of the physical presence interface.", "Use the firmware's set-up menu."),
        0x80284015 => new("TBS_E_OWNERAUTH_NOT_FOUND", "Windows does not keep this owner password.", "Windows discards it after setting up the TPM unless its policy says otherwise."),
        0x80284016 => new("TBS_E_PROVISIONING_INCOMPLETE", "The TPM is not fully set up, or is deactivated (TBS_E_DEACTIVATED has the same number).", SeeTpmMsc),
        _ => null,
    };

    /// <summary>The errors of Windows' key storage provider for the platform (0x802904xx) and of the TPM tools of the system.</summary>
    public static TpmResponseMeaning? Pcp(uint code) => code switch
    {
        0x80290300 => new("TPM_E_PPI_ACPI_FAILURE", "The firmware's physical presence function failed in ACPI."),
        0x80290301 => new("TPM_E_PPI_USER_ABORT", "The person at the machine refused the request."),
        0x80290302 => new("TPM_E_PPI_BIOS_FAILURE", "The firmware could not carry out the request."),
        0x80290303 => new("TPM_E_PPI_NOT_SUPPORTED", "This machine has no physical presence interface."),
        0x80290304 => new("TPM_E_PPI_BLOCKED_IN_BIOS", "The firmware's settings block the request.", "Allow it in the firmware's set-up menu."),

        0x80290400 => new("TPM_E_PCP_ERROR_MASK", "An error of the platform crypto provider."),
        0x80290401 => new("TPM_E_PCP_DEVICE_NOT_READY", "The platform crypto provider can't use the TPM.", SeeTpmMsc),
        0x80290402 => new("TPM_E_PCP_INVALID_HANDLE", "The handle is not of the platform crypto provider."),
        0x80290403 => new("TPM_E_PCP_INVALID_PARAMETER", "A parameter is wrong."),
        0x80290404 => new("TPM_E_PCP_FLAG_NOT_SUPPORTED", "A flag is not supported."),
        0x80290405 => new("TPM_E_PCP_NOT_SUPPORTED", "The platform crypto provider, or the TPM below it, can't do that."),
        0x80290406 => new("TPM_E_PCP_BUFFER_TOO_SMALL", "The buffer for the result is too small."),
        0x80290407 => new("TPM_E_PCP_INTERNAL_ERROR", "The platform crypto provider failed inside."),
        0x80290408 => new("TPM_E_PCP_AUTHENTICATION_FAILED", "The key's password or PIN is wrong, or its policy is not satisfied."),
        0x80290409 => new("TPM_E_PCP_AUTHENTICATION_IGNORED", "The password that was given is not used for this."),
        0x8029040A => new("TPM_E_PCP_POLICY_NOT_FOUND", "The key's policy was not found."),
        0x8029040B => new("TPM_E_PCP_PROFILE_NOT_FOUND", "The profile was not found."),
        0x8029040C => new("TPM_E_PCP_VALIDATION_FAILED", "A check of the TPM's answer or of a claim failed."),
        0x8029040E => new("TPM_E_PCP_WRONG_PARENT", "The key belongs under another parent."),
        0x8029040F => new("TPM_E_KEY_NOT_LOADED", "The key is not loaded."),
        0x80290410 => new("TPM_E_NO_KEY_CERTIFICATION", "The key has no certification."),
        0x80290411 => new("TPM_E_KEY_NOT_FINALIZED", "The key has not been finished.", "Call NCryptFinalizeKey first."),
        0x80290412 => new("TPM_E_ATTESTATION_CHALLENGE_NOT_SET", "No challenge for the attestation was set."),
        0x80290413 => new("TPM_E_NOT_PCR_BOUND", "The key is not bound to PCRs."),
        0x80290414 => new("TPM_E_KEY_ALREADY_FINALIZED", "The key is finished and can't be changed."),
        0x80290415 => new("TPM_E_KEY_USAGE_POLICY_NOT_SUPPORTED", "This usage policy is not supported."),
        0x80290416 => new("TPM_E_KEY_USAGE_POLICY_INVALID", "The usage policy is not valid."),
        0x80290417 => new("TPM_E_SOFT_KEY_ERROR", "The part of the key that is kept in software is wrong."),
        0x80290418 => new("TPM_E_KEY_NOT_AUTHENTICATED", "The key's password or PIN has not been given."),
        0x80290419 => new("TPM_E_PCP_KEY_NOT_AIK", "The key is no attestation identity key."),
        0x8029041A => new("TPM_E_KEY_NOT_SIGNING_KEY", "The key is no signing key."),
        0x8029041B => new("TPM_E_LOCKED_OUT", "Too many wrong passwords: the TPM is locked.", "Wait, or clear the lockout with the owner's password. Trying again does not help."),
        0x8029041C => new("TPM_E_CLAIM_TYPE_NOT_SUPPORTED", "This kind of claim is not supported."),
        0x8029041D => new("TPM_E_VERSION_NOT_SUPPORTED", "This version of the TPM is not supported."),
        0x8029041E => new("TPM_E_BUFFER_LENGTH_MISMATCH", "The buffer does not have the length that it should."),
        0x8029041F => new("TPM_E_PCP_IFX_RSA_KEY_CREATION_BLOCKED", "RSA keys may not be made on this Infineon TPM: its firmware makes weak ones (ROCA).", "Update the TPM's firmware, or use ECC keys."),
        0x80290420 => new("TPM_E_PCP_TICKET_MISSING", "A ticket that the TPM should have made is missing."),
        0x80290421 => new("TPM_E_PCP_RAW_POLICY_NOT_SUPPORTED", "Raw policies are not supported."),
        0x80290422 => new("TPM_E_PCP_KEY_HANDLE_INVALIDATED", "The key's handle has become invalid.", "Open the key again: the TPM was reset, or another key took the room."),
        0x40290423 => new("TPM_E_PCP_UNSUPPORTED_PSS_SALT", "The TPM signs with another PSS salt length than the one asked for."),
        0x40290424 => new("TPM_E_PCP_PLATFORM_CLAIM_MAY_BE_OUTDATED", "The platform's claim may be out of date."),
        0x40290425 => new("TPM_E_PCP_PLATFORM_CLAIM_OUTDATED", "The platform's claim is out of date."),
        0x40290426 => new("TPM_E_PCP_PLATFORM_CLAIM_REBOOT", "The platform's claim is out of date until the machine restarts."),

        0x80290500 => new("TPM_E_ZERO_EXHAUST_ENABLED", "Zero exhaustion of the TPM's counter is enabled."),
        0x80290600 => new("TPM_E_PROVISIONING_INCOMPLETE", "The TPM is not fully set up.", SeeTpmMsc),
        0x80290601 => new("TPM_E_INVALID_OWNER_AUTH", "The owner password is wrong."),
        0x80290602 => new("TPM_E_TOO_MUCH_DATA", "There is more data than fits."),
        _ => null,
    };
}
