using TpmHw.Simulation;

namespace TpmHw.Testing;

/// <summary>A column group of the fault matrix: a bus, and how a driver is put in front of a chip on it.</summary>
/// <param name="Name">As in <c>sim:</c>.</param>
/// <param name="Open">Puts the driver in front; whether each response is to be read twice.</param>
public sealed record FaultBus(string Name, Func<ITpmTransport, bool, SimulatedTpm> Open)
{
    /// <summary>All buses.</summary>
    public static IReadOnlyList<FaultBus> All { get; } =
    [
        new("spi", static (tpm, _) => SimulatedTpm.OnSpi(new FifoModel(FifoProfiles.Plain, tpm))),
        new("mmio-fifo", static (tpm, _) => SimulatedTpm.OnMemory(new FifoModel(FifoProfiles.Plain, tpm))),
    ];

    /// <summary>The faults that there are on it.</summary>
    public IEnumerable<FaultKind> Faults => FaultKinds.On(Name).Except([FaultKind.BitFlips]);

    /// <summary>Its rows.</summary>
    public IEnumerable<FaultTrial> Trials => FaultTrial.All.Where(t => Faults.Contains(t.Kind) && (t.Also is not { } also || Faults.Contains(also)));
}
