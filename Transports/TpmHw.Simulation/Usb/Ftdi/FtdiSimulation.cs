using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Usb;

namespace TpmHw.Simulation;

/// <summary><c>sim:ftdi-spi</c> and <c>sim:ftdi-i2c</c>.</summary>
internal static class FtdiSimulation
{
    /// <summary><c>sim:ftdi-spi</c>.</summary>
    public static SimulatedBus Spi { get; } = new("ftdi-spi", SpiSimulation.Bus.Profiles, OpenSpi);

    /// <summary><c>sim:ftdi-i2c</c>.</summary>
    public static SimulatedBus I2c { get; } = new("ftdi-i2c", [.. I2cSimulation.Bus.Profiles.Where(static p => p != AtmelModel.Name)], OpenI2c);

    private static SimulatedTpm OpenI2c(TransportSettings settings)
    {
        SimulationSettings.Refuse(settings, I2c, "wait", "hold");
        (FtdiModelSettings bridge, FtdiOptions lines) = Wiring(settings);
        FifoProfile profile = FifoSimulation.Profile(settings, I2c);
        I2cSimulation.CheckInterrupt(settings, profile, bridge.Interrupt);
        return SimulatedTpm.OnFtdiI2c(FifoSimulation.Model(settings, profile), bridge, lines, settings.ConnectionString, settings.Wire, RegisterSettings.Read(settings));
    }

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
