using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary><c>sim:i2c</c>.</summary>
internal static class I2cSimulation
{
    public static SimulatedBus Bus { get; } = new(
        "i2c", ["slb9673", .. I2cProfiles.All.Select(static p => p.Name).Where(static n => n != "slb9673"), AtmelModel.Name], Open);

    /// <summary>Refuses an interrupt of a chip that has none.</summary>
    public static void CheckInterrupt(TransportSettings settings, FifoProfile profile, InterruptWiring interrupt)
    {
        if (profile.I2c!.Dialect != I2cDialect.Ptp && interrupt != InterruptWiring.None)
        {
            throw SimulationSettings.Bad(settings, $"'irq' means nothing on {profile.Name}, which is older than the PTP.");
        }
    }

    private static SimulatedTpm Open(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Bus, "wait", "hold");
        int hz = settings.Has("hz") ? SimulationSettings.InRange(settings, "hz", 1000, 3_400_000) : I2cModelSettings.UsualClockHz;
        var controller = new I2cModelSettings { ClockHz = hz, Interrupt = Array.Find(FifoSimulation.Wirings, w => w.Name == settings.Text("irq")).Wiring };
        if (SimulationSettings.Profile(settings, Bus) != AtmelModel.Name)
        {
            FifoProfile profile = FifoSimulation.Profile(settings, Bus);
            CheckInterrupt(settings, profile, controller.Interrupt);
            return SimulatedTpm.OnI2c(FifoSimulation.Model(settings, profile), controller, settings.ConnectionString, settings.Wire, RegisterSettings.Read(settings));
        }

        SimulationSettings.Refuse(settings, Bus, "burst", "static", "version", "irq", "verify", "seize");
        List<Fault> faults = [.. FaultText.Parse(settings)];
        var model = new AtmelModel(SimulationSettings.Tpm(settings, TpmFamily.Tpm12));
        return SimulatedTpm.OnI2c(SimulationSettings.Prepare(model, settings, faults), controller, settings.ConnectionString, settings.Wire);
    }
}
