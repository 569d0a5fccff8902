using TpmHw.Transports;

namespace TpmHw.Simulation;

/// <summary>The models as transports: <c>sim:spi</c>.</summary>
public static class SimulationTransports
{
    /// <summary>Lets a catalogue open them.</summary>
    /// <exception cref="ArgumentException">It has them already.</exception>
    public static void AddTo(TransportCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add("sim", static () => SimulatedTpm.Descriptor);
    }
}
