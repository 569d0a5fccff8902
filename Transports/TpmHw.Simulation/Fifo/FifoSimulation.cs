using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary>What the connection strings of chips with a FIFO have in common.</summary>
internal static class FifoSimulation
{
    /// <summary>Names of the wirings of the interrupt pin.</summary>
    public static (string Name, InterruptWiring Wiring)[] Wirings { get; } =
    [
        ("no", InterruptWiring.None),
        ("yes", InterruptWiring.Direct),
        ("dead", InterruptWiring.Dead),
        ("noisy", InterruptWiring.Noisy),
        ("inverted", InterruptWiring.Inverted),
    ];

    /// <summary>The chip that was asked for, with the changes that were asked for.</summary>
    public static FifoProfile Profile(TransportSettings settings, SimulatedBus bus)
    {
        string name = SimulationSettings.Profile(settings, bus);
        FifoProfile profile = (FifoProfiles.Find(name) ?? I2cProfiles.Find(name))!;
        profile = settings.Has("burst") ? profile with { BurstCount = SimulationSettings.InRange(settings, "burst", 1, 1024) } : profile;
        profile = settings.Has("static") ? profile with { BurstIsStatic = settings.Flag("static") } : profile;
        return profile with { Family = SimulationSettings.Family(settings, profile.Family) };
    }

    /// <summary>The chip, with what executes its commands and its faults.</summary>
    public static FifoModel Model(TransportSettings settings, FifoProfile profile)
    {
        List<Fault> faults = [.. FaultText.Parse(settings)];
        return SimulationSettings.Prepare(new FifoModel(profile, SimulationSettings.Tpm(settings, profile.Family)), settings, faults);
    }
}
