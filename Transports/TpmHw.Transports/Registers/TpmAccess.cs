namespace TpmHw.Transports.Registers;

/// <summary>TPM_ACCESS: who has the TPM (PTP 6.5.2.4). A write sets one bit.</summary>
[Flags]
public enum TpmAccess : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>tpmEstablishment, inverted: 0 once a dynamic root of trust was established.</summary>
    NotEstablished = 1 << 0,

    /// <summary>requestUse: written to ask for the TPM; read while it has not been granted.</summary>
    RequestUse = 1 << 1,

    /// <summary>pendingRequest: another locality asks for the TPM.</summary>
    PendingRequest = 1 << 2,

    /// <summary>Seize: written to take the TPM from a lower locality; reads 0.</summary>
    Seize = 1 << 3,

    /// <summary>beenSeized: a higher locality took the TPM; written to clear it.</summary>
    BeenSeized = 1 << 4,

    /// <summary>activeLocality: this locality has the TPM; written to give it back, or to drop a request.</summary>
    ActiveLocality = 1 << 5,

    /// <summary>Reserved: reads 0.</summary>
    Reserved = 1 << 6,

    /// <summary>tpmRegValidSts: the other bits are valid.</summary>
    Valid = 1 << 7,
}

/// <summary>What the bits of <see cref="TpmAccess"/> say together.</summary>
public static class TpmAccessBits
{
    // Seize and the reserved bit read 0; ones there mean that nothing drives the bus.
    private const TpmAccess Impossible = TpmAccess.Seize | TpmAccess.Reserved;

    /// <summary>Whether a register of a TPM can read so, and its bits are valid.</summary>
    public static bool IsValid(this TpmAccess access) => (access & (TpmAccess.Valid | Impossible)) == TpmAccess.Valid;

    /// <summary>Whether the locality has the TPM, and no request of its own is still on the way.</summary>
    public static bool IsGranted(this TpmAccess access) =>
        access.IsValid() && (access & (TpmAccess.ActiveLocality | TpmAccess.RequestUse)) == TpmAccess.ActiveLocality;
}
