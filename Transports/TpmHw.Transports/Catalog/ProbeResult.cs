namespace TpmHw.Transports;

/// <summary>What came of trying one connection string.</summary>
/// <param name="ConnectionString">What was tried.</param>
/// <param name="Kind">The transport's name.</param>
/// <param name="Info">What was opened; null where that failed.</param>
/// <param name="Failure">Why it could not be opened; null where it could, or was not tried.</param>
public sealed record ProbeResult(string ConnectionString, string Kind, TpmTransportInfo? Info, TpmTransportException? Failure)
{
    /// <summary>Whether it could be opened.</summary>
    public bool Works => Info is not null;

    /// <summary>Why it was not tried; null where it was.</summary>
    public string? WhyUntried { get; init; }

    /// <summary>The family of the TPM, where the transport knows it without asking.</summary>
    public TpmFamily? Family => Info?.Family;
}
