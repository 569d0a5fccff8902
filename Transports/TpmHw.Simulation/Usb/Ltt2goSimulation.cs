using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary><c>sim:ltt2go</c>.</summary>
internal static class Ltt2goSimulation
{
    public static SimulatedBus Bus { get; } = new("ltt2go", ["slb9670", "slb9672"], Open);

    private static SimulatedTpm Open(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Bus, "wait", "hz", "hold", "irq");
        FifoProfile profile = FifoSimulation.Profile(settings, Bus);
        return SimulatedTpm.OnLtt2go(FifoSimulation.Model(settings, profile), settings.ConnectionString, settings.Wire, RegisterSettings.Read(settings));
    }
}
