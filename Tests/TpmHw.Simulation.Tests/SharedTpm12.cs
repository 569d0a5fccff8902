using TpmHw.Transports;

namespace TpmHw.Simulation.Tests;

/// <summary>
/// One TPM 1.2 for all chips that have one: each start of libtpms' looks for primes, for up to a second. Only the TPM
/// behind the models is shared; every test has a chip and a driver of its own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedTpm12 : ITpmTransportWrapper, ICollectionFixture<SharedTpm12>
{
    public const string Name = "TPM 1.2 behind the models";

    public ITpmTransport Inner { get; } = TransportCatalog.Default.Open("libtpms:version=1.2");

    public TpmTransportInfo Info => Inner.Info;

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
        Inner.Transmit(command, response, cancellationToken);

    public void Dispose() => Inner.Dispose();

    /// <summary>It, for a model to own: what a model disposes of is not the TPM.</summary>
    internal ITpmTransport Lend() => new Loan(this);

    private sealed class Loan(ITpmTransport inner) : ITpmTransportWrapper
    {
        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default) =>
            inner.Transmit(command, response, cancellationToken);

        public void Dispose()
        {
        }
    }
}
