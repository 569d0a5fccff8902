using TpmHw.Spec;

namespace TpmHw;

/// <summary>What is known of a command that Windows blocks.</summary>
/// <param name="AllowedToAdministrators">Whether administrators may send it; null where nobody says.</param>
/// <param name="Instead">What to do instead.</param>
internal readonly record struct WindowsBlocking(bool? AllowedToAdministrators, string Instead)
{
    /// <summary>
    /// What users of tpm2-tss, TSS.MSR, tpm2-openssl and wolfTPM have reported. Windows has one list for administrators,
    /// one for other users and one for app containers, and since Windows 10 1809 they are fixed and not published.
    /// </summary>
    public static WindowsBlocking Of(TpmCc command) => command switch
    {
        TpmCc.Startup or TpmCc.Shutdown => new(false, "Leave it out: Windows starts the TPM and shuts it down."),

        TpmCc.ContextSave => new(false, "Keep the object loaded: Windows makes room in the TPM by itself. To use it later, load it again or make it persistent (TPM2_EvictControl)."),

        TpmCc.EncryptDecrypt or TpmCc.EncryptDecrypt2 => new(false, "Encrypt outside the TPM, and protect the key with it: seal it, or wrap it with an RSA key."),

        TpmCc.PolicyAcSendSelect => new(false, "Use a policy without an attached component."),

        TpmCc.NvDefineSpace
            or TpmCc.NvUndefineSpace
            or TpmCc.NvUndefineSpaceSpecial
            or TpmCc.NvWrite
            or TpmCc.NvRead
            or TpmCc.NvReadPublic
            or TpmCc.NvIncrement
            or TpmCc.NvExtend
            or TpmCc.NvSetBits
            or TpmCc.NvWriteLock
            or TpmCc.NvReadLock
            or TpmCc.NvGlobalWriteLock
            or TpmCc.NvChangeAuth
            or TpmCc.NvCertify => AsAdministrator,

        TpmCc.Create or TpmCc.CreatePrimary or TpmCc.CreateLoaded => AsAdministrator,

        TpmCc.StartAuthSession => new(null, "Try as administrator, or do without the protection that sessions give, by name: Tpm2Options.ProtectBus = false."),

        _ => new(null, "Try as administrator. If it stays blocked, Windows does not pass it on at all: use a command that it does pass on."),
    };

    private static WindowsBlocking AsAdministrator => new(true, "Run the program as administrator.");
}
