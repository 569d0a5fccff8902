using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary>A bus that <c>sim:</c> offers.</summary>
/// <param name="Name">Its name in a connection string.</param>
/// <param name="Profiles">The chips that can be on it; the first is the usual one.</param>
/// <param name="Open">Opens a chip on it.</param>
internal sealed record SimulatedBus(string Name, IReadOnlyList<string> Profiles, Func<TransportSettings, SimulatedTpm> Open);
