using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary><c>sim:mmio-fifo</c> and <c>sim:mmio-crb</c>.</summary>
internal static class MemorySimulation
{
    public static SimulatedBus Fifo { get; } = new("mmio-fifo", [.. FifoProfiles.InMemory.Select(static p => p.Name)], OpenFifo);

    public static SimulatedBus Crb { get; } = new("mmio-crb", [.. CrbProfiles.All.Select(static p => p.Name)], OpenCrb);

    private static SimulatedTpm OpenFifo(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Fifo, "wait", "hz", "hold", "irq");
        FifoProfile profile = FifoSimulation.Profile(settings, Fifo);
        return SimulatedTpm.OnMemory(FifoSimulation.Model(settings, profile), name: settings.ConnectionString, options: RegisterSettings.Read(settings));
    }

    private static SimulatedTpm OpenCrb(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Crb, "wait", "burst", "static", "hz", "hold", "irq", "verify", "seize", "version");
        CrbProfile profile = CrbProfiles.Find(SimulationSettings.Profile(settings, Crb))!;
        List<Fault> faults = [.. FaultText.Parse(settings)];
        var model = new CrbModel(profile, SimulationSettings.Tpm(settings, TpmFamily.Tpm20));
        return SimulatedTpm.OnCrb(SimulationSettings.Prepare(model, settings, faults), settings.ConnectionString);
    }
}
