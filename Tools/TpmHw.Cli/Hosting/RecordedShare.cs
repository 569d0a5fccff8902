using TpmHw.ResourceManagement;

namespace TpmHw.Cli.Hosting;

/// <summary>A shared TPM on whose clients something listens in.</summary>
/// <param name="inner">The TPM, which is disposed with this object.</param>
/// <param name="listenIn">Puts what listens around the transport of the client with that number.</param>
internal sealed class RecordedShare(ITpmShare inner, Func<ITpmTransport, int, ITpmTransport> listenIn) : ITpmShare
{
    private int _clients;

    public TpmTransportInfo Info => inner.Info;

    public ITpmTransport Connect(string name, TpmClientOptions? options = null) => listenIn(inner.Connect(name, options), Interlocked.Increment(ref _clients));

    public bool TryReset() => inner.TryReset();

    public void Dispose() => inner.Dispose();
}
