namespace TpmHw.ResourceManagement;

/// <summary>Options of a <see cref="TpmResourceManager"/> that hold for all of its clients.</summary>
public sealed record ResourceManagerOptions
{
    /// <summary>How many sessions are kept in total that clients have saved by TPM2_ContextSave before they left. The oldest ones beyond that are flushed.</summary>
    public int SavedSessions { get; init; } = 24;

    /// <summary>Whether the manager sends TPM2_Startup after the TPM was reset from outside.</summary>
    public bool StartAfterReset { get; init; } = true;
}
