namespace TpmHw.ResourceManagement;

/// <summary>One TPM that many clients use, each as if it were alone.</summary>
public interface ITpmShare : IDisposable
{
    /// <summary>What the TPM below is.</summary>
    TpmTransportInfo Info { get; }

    /// <summary>Adds a client. When its transport is disposed, the client leaves and nothing of it stays in the TPM.</summary>
    /// <param name="name">What the client is called in logs and errors.</param>
    /// <param name="options">What it may have; null for what is usual.</param>
    ITpmTransport Connect(string name, TpmClientOptions? options = null);

    /// <summary>Resets the TPM, for all clients.</summary>
    /// <returns>Whether the way to this TPM can do that.</returns>
    bool TryReset();
}

/// <summary>What a client of a shared TPM may have.</summary>
public sealed record TpmClientOptions
{
    /// <summary>Whose commands go first where several wait.</summary>
    public TpmPriority Priority { get; init; } = TpmPriority.Normal;

    /// <summary>Objects and sequences that it may have, where a <see cref="TpmResourceManager"/> keeps them apart.</summary>
    public int Objects { get; init; } = 32;

    /// <summary>Sessions that it may have there, those included that it has saved. A TPM has 64 or so in all.</summary>
    public int Sessions { get; init; } = 8;
}

/// <summary>Whose commands go first where several wait for the TPM.</summary>
public enum TpmPriority
{
    /// <summary>After the others; every eighth turn is theirs all the same.</summary>
    Low,

    /// <summary>In the order in which they came.</summary>
    Normal,

    /// <summary>Before the others; every eighth turn is left to them.</summary>
    High,
}
