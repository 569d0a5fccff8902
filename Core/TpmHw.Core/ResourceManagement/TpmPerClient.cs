namespace TpmHw.ResourceManagement;

/// <summary>
/// Opens the way to the TPM anew for each client, where somebody below already shares it (the kernel's /dev/tpmrm0,
/// Windows' TBS): each of its openings has its own handles and its own turn.
/// </summary>
/// <param name="info">What the TPM is.</param>
/// <param name="open">Opens it.</param>
public sealed class TpmPerClient(TpmTransportInfo info, Func<ITpmTransport> open) : ITpmShare
{
    /// <inheritdoc/>
    public TpmTransportInfo Info => info;

    /// <inheritdoc/>
    public ITpmTransport Connect(string name, TpmClientOptions? options = null) => open();

    /// <inheritdoc/>
    public bool TryReset() => false;

    /// <summary>Does nothing: what was opened for a client is disposed with it.</summary>
    public void Dispose()
    {
    }
}
