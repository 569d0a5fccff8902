using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary><c>sim:spi</c>.</summary>
internal static class SpiSimulation
{
    public static SimulatedBus Bus { get; } = new("spi", ["slb9670", .. FifoProfiles.All.Select(static p => p.Name).Where(static n => n != "slb9670")], Open);

    /// <summary>The chip that was asked for, on any bus that is SPI in the end.</summary>
    public static FifoProfile Profile(TransportSettings settings, SimulatedBus bus)
    {
        FifoProfile profile = FifoSimulation.Profile(settings, bus);
        return settings.Has("wait") ? profile with { Waits = SpiWaits.All(SimulationSettings.InRange(settings, "wait", 0, 255)) } : profile;
    }

    private static SimulatedTpm Open(TransportSettings settings)
    {
        FifoProfile profile = Profile(settings, Bus);
        int hz = settings.Has("hz") ? SimulationSettings.InRange(settings, "hz", 1000, 100_000_000) : SpiModelSettings.UsualClockHz;
        FifoModel model = FifoSimulation.Model(settings, profile);
        var controller = new SpiModelSettings
        {
            ClockHz = hz,
            CanHoldChipSelect = settings.Flag("hold"),
            Interrupt = Array.Find(FifoSimulation.Wirings, w => w.Name == settings.Text("irq")).Wiring,
        };
        return SimulatedTpm.OnSpi(model, controller, settings.ConnectionString, settings.Wire, RegisterSettings.Read(settings));
    }
}
