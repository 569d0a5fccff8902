using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary><c>sim:i2c</c>.</summary>
internal static class I2cSimulation
{
    public static SimulatedBus Bus { get; } = new(
        "i2c", ["slb9673", .. I2cProfiles.All.Select(static p => p.Name).Where(static n => n != "slb9673"), AtmelModel.Name], Open);

    private static SimulatedTpm Open(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Bus, "wait", "hold", "irq");
        int hz = settings.Has("hz") ? SimulationSettings.InRange(settings, "hz", 1000, 3_400_000) : I2cModelSettings.UsualClockHz;
        var controller = new I2cModelSettings { ClockHz = hz };
        if (SimulationSettings.Profile(settings, Bus) != AtmelModel.Name)
        {
            return SimulatedTpm.OnI2c(FifoSimulation.Model(settings, FifoSimulation.Profile(settings, Bus)), controller, settings.ConnectionString, RegisterSettings.Read(settings));
        }

        SimulationSettings.Refuse(settings, Bus, "burst", "static", "verify", "seize", "version");
        List<Fault> faults = [.. FaultText.Parse(settings)];
        var model = new AtmelModel(SimulationSettings.Tpm(settings, TpmFamily.Tpm12));
        return SimulatedTpm.OnI2c(SimulationSettings.Prepare(model, settings, faults), controller, settings.ConnectionString);
    }
}
