using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary><c>sim:mmio-fifo</c>.</summary>
internal static class MemorySimulation
{
    public static SimulatedBus Fifo { get; } = new("mmio-fifo", [.. FifoProfiles.InMemory.Select(static p => p.Name)], OpenFifo);

    private static SimulatedTpm OpenFifo(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Fifo, "wait", "hz", "hold");
        FifoProfile profile = FifoSimulation.Profile(settings, Fifo);
        return SimulatedTpm.OnMemory(FifoSimulation.Model(settings, profile), name: settings.ConnectionString);
    }
}
