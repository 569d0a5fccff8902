namespace TpmHw.Tbs;

/// <summary>Which TPMs a context is for.</summary>
public enum TbsVersion
{
    /// <summary>The one that the machine has.</summary>
    Any,

    /// <summary>TPM 1.2 only.</summary>
    Tpm12,

    /// <summary>TPM 2.0 only.</summary>
    Tpm20,
}

/// <summary>Which of the waiting commands Windows sends first (TBS_COMMAND_PRIORITY). The two above these are Windows' own.</summary>
public enum TbsPriority : uint
{
    /// <summary>For work that can wait.</summary>
    Low = 100,

    /// <summary>The usual one.</summary>
    Normal = 200,

    /// <summary>For work that somebody waits for.</summary>
    High = 300,
}

/// <summary>How <see cref="TbsTransport"/> uses Windows' TPM Base Services.</summary>
public sealed record TbsOptions
{
    /// <summary>Which TPMs will do.</summary>
    public TbsVersion Version { get; init; }

    /// <summary>Whether a raw context is asked for: handles are then the TPM's own, shared with everybody. Which rights that takes is not documented.</summary>
    public bool Raw { get; init; }

    /// <summary>The commands' priority.</summary>
    public TbsPriority Priority { get; init; } = TbsPriority.Normal;

    /// <summary>The commands' locality, 0 to 4. Windows' documentation says that only 0 is supported.</summary>
    public int Locality { get; init; }

    /// <summary>The time that a command may take, waiting for other programs' commands included; where null, as long as the slowest command may need.</summary>
    public TimeSpan? Timeout { get; init; }
}
