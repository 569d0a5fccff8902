namespace TpmHw.ResourceManagement;

/// <summary>One TPM that many clients use, each as if it were alone.</summary>
public interface ITpmShare : IDisposable
{
    /// <summary>What the TPM below is.</summary>
    TpmTransportInfo Info { get; }

    /// <summary>Adds a client. When its transport is disposed, the client leaves and nothing of it stays in the TPM.</summary>
    /// <param name="name">What the client is called in logs and errors.</param>
    /// <param name="priority">Whose commands go first where several wait.</param>
    ITpmTransport Connect(string name, TpmPriority priority = TpmPriority.Normal);

    /// <summary>Resets the TPM, for all clients.</summary>
    /// <returns>Whether the way to this TPM can do that.</returns>
    bool TryReset();
}

/// <summary>Whose commands go first where several wait for the TPM.</summary>
public enum TpmPriority
{
    /// <summary>After the others; every fourth turn is theirs all the same.</summary>
    Low,

    /// <summary>In the order in which they came.</summary>
    Normal,

    /// <summary>Before the others; every fourth turn is left to them.</summary>
    High,
}
