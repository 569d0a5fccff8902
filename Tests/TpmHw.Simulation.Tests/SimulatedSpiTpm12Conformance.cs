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

[Collection(SharedTpm12.Name)]
public abstract class SimulatedSpiTpm12Conformance(string profile, SharedTpm12 tpm) : SimulatedSpiConformance(profile)
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    private protected override SimulatedTpm OpenChip() =>
        SimulatedTpm.OnSpi(new FifoModel(FifoProfiles.Find(Profile)! with { Family = Family }, tpm.Lend()));
}

/// <summary>A chip of today with the firmware of yesterday: the same registers, the other family.</summary>
public sealed class Slb9670Tpm12SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("slb9670", tpm);

public sealed class Slb9660SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("slb9660-tpm12", tpm);

public sealed class Slb9635SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("slb9635-tpm12", tpm);

public sealed class At97sc3204SpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("at97sc3204-tpm12", tpm);

public sealed class ItpmSpiConformance(SharedTpm12 tpm) : SimulatedSpiTpm12Conformance("itpm-tpm12", tpm);
