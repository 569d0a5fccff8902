namespace TpmHw.ResourceManagement;

/// <summary>What <see cref="TpmResourceManager"/> lets its clients have.</summary>
public sealed record ResourceManagerOptions
{
    /// <summary>Objects and sequences that one client may have loaded.</summary>
    public int ObjectsPerClient { get; init; } = 32;

    /// <summary>Sessions that one client may have, those included that it has saved. A TPM has 64 or so in all.</summary>
    public int SessionsPerClient { get; init; } = 8;

    /// <summary>Sessions in all that clients have saved by TPM2_ContextSave and not loaded again. Beyond it the oldest is flushed.</summary>
    public int SavedSessions { get; init; } = 24;

    /// <summary>Whether a TPM that has lost its Startup (it was reset from outside) gets one.</summary>
    public bool StartAfterReset { get; init; } = true;
}
