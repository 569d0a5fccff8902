namespace TpmHw;

/// <summary>A TPM 2.0 behind any transport.</summary>
public sealed partial class Tpm2 : IDisposable
{
    /// <summary>Takes over a transport: it is disposed with this object.</summary>
    public Tpm2(ITpmTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        Transport = transport;
    }

    /// <summary>The transport that commands go through.</summary>
    public ITpmTransport Transport { get; }

    /// <inheritdoc/>
    public void Dispose() => Transport.Dispose();
}
