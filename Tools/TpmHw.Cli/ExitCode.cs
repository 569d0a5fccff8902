namespace TpmHw.Cli;

/// <summary>What a run ends with. The first six are those of tpm2-tools.</summary>
internal enum ExitCode
{
    /// <summary>It worked.</summary>
    Ok = 0,

    /// <summary>The TPM answered with an error, or something else went wrong that has no number of its own.</summary>
    Failed = 1,

    /// <summary>The command line or a connection string is not understood; nothing was sent.</summary>
    Usage = 2,

    /// <summary>The TPM refused an authorization, or is locked out.</summary>
    Authorization = 3,

    /// <summary>There is no way to the TPM: it could not be opened, did not answer, or what answers is no TPM.</summary>
    NoTpm = 4,

    /// <summary>This TPM, transport or operating system can't do that.</summary>
    NotSupported = 5,

    /// <summary>What came back is not what was expected: another TPM or a forged response, a replay that differs, a self-test that failed.</summary>
    Different = 6,

    /// <summary>Ended by Ctrl-C or SIGTERM, as shells count it.</summary>
    Interrupted = 130,
}
