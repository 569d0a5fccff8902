namespace TpmHw.ResourceManagement;

/// <summary>
/// Opens a transport for each client, for a TPM that is already shared below (the kernel's /dev/tpmrm0,
/// Windows' TBS): each transport has its own handles.
/// </summary>
/// <param name="info">The shared TPM.</param>
/// <param name="open">Opens one transport.</param>
public sealed class TpmPerClient(TpmTransportInfo info, Func<ITpmTransport> open) : ITpmShare
{
    /// <inheritdoc/>
    public TpmTransportInfo Info => info;

    /// <inheritdoc/>
    public ITpmTransport Connect(string name, TpmClientOptions? options = null) => open();

    /// <inheritdoc/>
    public bool TryReset() => false;

    /// <summary>Does nothing: each client disposes its own transport.</summary>
    public void Dispose()
    {
    }
}
