namespace TpmHw.ResourceManagement;

/// <summary>One TPM that many clients use.</summary>
public interface ITpmShare : IDisposable
{
    /// <summary>The shared TPM.</summary>
    TpmTransportInfo Info { get; }

    /// <summary>Adds a client. Disposing its transport removes the client and everything that it has in the TPM.</summary>
    /// <param name="name">The client's name in logs and errors.</param>
    /// <param name="options">The client's limits, or null for the defaults.</param>
    ITpmTransport Connect(string name, TpmClientOptions? options = null);

    /// <summary>Resets the TPM for all clients.</summary>
    /// <returns>Whether the transport can reset this TPM.</returns>
    bool TryReset();
}

/// <summary>The limits of one client of a shared TPM.</summary>
public sealed record TpmClientOptions
{
    /// <summary>The priority of the client's commands when several clients wait.</summary>
    public TpmPriority Priority { get; init; } = TpmPriority.Normal;

    /// <summary>How many objects and sequences the client may have, if a <see cref="TpmResourceManager"/> separates the clients.</summary>
    public int Objects { get; init; } = 32;

    /// <summary>How many sessions the client may have there, including saved ones. A TPM has about 64 in total.</summary>
    public int Sessions { get; init; } = 8;
}

/// <summary>The order of commands when several clients wait for the TPM.</summary>
public enum TpmPriority
{
    /// <summary>After the others. Every eighth command is taken from these clients nevertheless.</summary>
    Low,

    /// <summary>In order of arrival.</summary>
    Normal,

    /// <summary>Before the others. Every eighth command is left to the others nevertheless.</summary>
    High,
}
