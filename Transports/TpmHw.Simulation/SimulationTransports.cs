using TpmHw.Transports;

namespace TpmHw.Simulation;

/// <summary>The models as transports: <c>sim:spi</c>.</summary>
public static class SimulationTransports
{
    /// <summary>Lets a catalogue open them. Doing it twice does no harm.</summary>
    public static void AddTo(TransportCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (!catalog.Descriptors.Any(static d => d.Name == SimulatedTpm.Descriptor.Name))
        {
            catalog.Add(SimulatedTpm.Descriptor);
        }
    }
}
