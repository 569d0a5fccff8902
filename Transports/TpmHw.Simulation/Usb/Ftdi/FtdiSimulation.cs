using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary><c>sim:ftdi-spi</c>.</summary>
internal static class FtdiSimulation
{
    public static SimulatedBus Spi { get; } = new("ftdi-spi", SpiSimulation.Bus.Profiles, OpenSpi);

    private static SimulatedTpm OpenSpi(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, Spi, "hold");
        (FtdiModelSettings bridge, FtdiOptions lines) = Wiring(settings);
        return SimulatedTpm.OnFtdiSpi(
            FifoSimulation.Model(settings, SpiSimulation.Profile(settings, Spi)), bridge, lines, settings.ConnectionString, settings.Wire, RegisterSettings.Read(settings));
    }

    private static (FtdiModelSettings Bridge, FtdiOptions Lines) Wiring(TransportSettings settings)
    {
        InterruptWiring wiring = Array.Find(FifoSimulation.Wirings, w => w.Name == settings.Text("irq")).Wiring;
        return (new FtdiModelSettings { Interrupt = wiring }, new FtdiOptions
        {
            ClockHz = settings.Has("hz") ? settings.Number("hz") : null,
            Reset = "gpiol0",
            Interrupt = wiring == InterruptWiring.None ? null : "gpiol1",
        });
    }
}
