namespace TpmHw.ResourceManagement;

/// <summary>How a <see cref="TpmResourceManager"/> works, whoever its clients are.</summary>
public sealed record ResourceManagerOptions
{
    /// <summary>Sessions in all that clients have saved by TPM2_ContextSave before they left. Beyond it the oldest is flushed.</summary>
    public int SavedSessions { get; init; } = 24;

    /// <summary>Whether a TPM that has lost its Startup (it was reset from outside) gets one.</summary>
    public bool StartAfterReset { get; init; } = true;
}
