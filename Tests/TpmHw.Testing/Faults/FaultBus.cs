using TpmHw.Simulation;
using TpmHw.Transports.Registers;

namespace TpmHw.Testing;

/// <summary>A table of the fault matrix: a bus, and how a driver is put in front of a chip on it.</summary>
/// <param name="Name">As in <c>sim:</c>.</param>
/// <param name="Open">Puts the driver in front, in the way that a row needs.</param>
public sealed record FaultBus(string Name, Func<ITpmTransport, FaultTrial, SimulatedTpm> Open)
{
    // Small enough for the matrix's messages to go in parts.
    private const int ChunkSize = 128;

    /// <summary>All buses.</summary>
    public static IReadOnlyList<FaultBus> All { get; } =
    [
        new("spi", static (tpm, trial) => SimulatedTpm.OnSpi(new FifoModel(FifoProfiles.Plain, tpm), options: OptionsFor(trial))),
        new("i2c", static (tpm, trial) => SimulatedTpm.OnI2c(new FifoModel(I2cProfiles.Find("plain-i2c")!, tpm), options: OptionsFor(trial))),
        new("mmio-fifo", static (tpm, trial) => SimulatedTpm.OnMemory(new FifoModel(FifoProfiles.Plain, tpm), options: OptionsFor(trial))),
        new("mmio-crb", static (tpm, trial) => SimulatedTpm.OnCrb(new CrbModel(CrbProfileFor(trial), tpm), options: OptionsFor(trial))),
        new("ltt2go", static (tpm, trial) => SimulatedTpm.OnLtt2go(new FifoModel(FifoProfiles.Plain, tpm), options: OptionsFor(trial))) { HoldsChipSelect = false },
        new("ftdi-spi", static (tpm, trial) => SimulatedTpm.OnFtdiSpi(new FifoModel(FifoProfiles.Plain, tpm), options: OptionsFor(trial))),
        new("ftdi-i2c", static (tpm, trial) => SimulatedTpm.OnFtdiI2c(new FifoModel(I2cProfiles.Find("plain-i2c")!, tpm), options: OptionsFor(trial))),
    ];

    /// <summary>Whether it can hold chip select, and so wait for a chip.</summary>
    public bool HoldsChipSelect { get; init; } = true;

    /// <summary>The faults that there are on it.</summary>
    public IReadOnlyList<FaultKind> Faults { get; init; } = FaultKinds.Buses.Contains(Name) ? FaultKinds.On(Name) : [];

    /// <summary>Its rows.</summary>
    public IEnumerable<FaultTrial> Trials => FaultTrial.All.Where(t => Faults.Contains(t.Kind) && (t.Also is not { } also || Faults.Contains(also)));

    /// <summary>The driver's options for a row.</summary>
    public static RegisterTransportOptions OptionsFor(FaultTrial trial) => new() { VerifiesResponses = trial.VerifiesResponses };

    private static CrbProfile CrbProfileFor(FaultTrial trial) =>
        trial.Kind == FaultKind.ChunkStuck ? CrbProfiles.Chunking with { BufferSize = ChunkSize } : CrbProfiles.Strict;
}
