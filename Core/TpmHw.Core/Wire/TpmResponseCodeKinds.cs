namespace TpmHw.Wire;

/// <summary>The scheme that a response code is written in.</summary>
public enum TpmResponseFormat
{
    /// <summary>None that is known: bits are set that no scheme uses.</summary>
    Unknown,

    /// <summary>TPM 1.2 (Main Part 2, 16).</summary>
    Tpm12,

    /// <summary>TPM 2.0, format 0: about the command as a whole, and every warning (Part 2, 6.6.2).</summary>
    Format0,

    /// <summary>TPM 2.0, format 1: about a handle, a parameter or a session (Part 2, 6.6.2).</summary>
    Format1,

    /// <summary>A layer of a TCG software stack (TSS2_RC with a base code in the low 16 bits).</summary>
    Tss,

    /// <summary>Windows' own (an HRESULT of the facilities 0x28 and 0x29).</summary>
    Windows,
}

/// <summary>Who reported a response code: bits 23:16 of a TSS2_RC.</summary>
public enum TpmResponseLayer
{
    /// <summary>Windows, which also passes on the TPM's codes as HRESULTs.</summary>
    Windows = -1,

    /// <summary>The TPM.</summary>
    Tpm = 0,

    /// <summary>The Feature API.</summary>
    Fapi = 6,

    /// <summary>The Enhanced System API.</summary>
    Esapi = 7,

    /// <summary>The System API.</summary>
    Sapi = 8,

    /// <summary>Marshalling.</summary>
    Mu = 9,

    /// <summary>The transport of the software stack.</summary>
    Tcti = 10,

    /// <summary>A resource manager; the Linux kernel's and tabrmd answer in the TPM's own codes here.</summary>
    ResourceManager = 11,

    /// <summary>A resource manager, on behalf of the TPM.</summary>
    ResourceManagerTpm = 12,

    /// <summary>The driver; since tpm2-tss 4.0 its policy library.</summary>
    Driver = 13,
}

/// <summary>What a response code of format 1 is about.</summary>
public enum TpmResponseSubject
{
    /// <summary>Nothing in particular.</summary>
    None,

    /// <summary>A handle of the handle area.</summary>
    Handle,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>A session of the authorization area.</summary>
    Session,
}
