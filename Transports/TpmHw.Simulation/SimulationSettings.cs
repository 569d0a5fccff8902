using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Simulation;

/// <summary>What the buses' connection strings have in common.</summary>
internal static class SimulationSettings
{
    private static readonly TimeSpan s_microsecond = TimeSpan.FromMicroseconds(1);

    /// <summary>The profile's name: the one that was given, or the bus's usual one.</summary>
    /// <exception cref="TpmTransportException">There is no such chip on this bus.</exception>
    public static string Profile(TransportSettings settings, SimulatedBus bus)
    {
        string name = settings.Text("profile") ?? bus.Profiles[0];
        return bus.Profiles.Contains(name)
            ? name
            : throw Bad(settings, $"'{name}' is no chip on {bus.Name}{(FifoProfiles.Find(name)?.OnlySpi is { } reason ? $" ({reason})" : "")}; there are {string.Join(", ", bus.Profiles)}.");
    }

    /// <summary>The TPM that executes the commands, of the model's family.</summary>
    public static ITpmTransport Tpm(TransportSettings settings, TpmFamily family)
    {
        string tpm = settings.Text("tpm")!;
        return TransportCatalog.Default.Open(tpm == "libtpms" && family == TpmFamily.Tpm12 ? "libtpms:version=1.2" : tpm);
    }

    /// <summary>The family that was given, or the profile's.</summary>
    public static TpmFamily Family(TransportSettings settings, TpmFamily usual) => settings.Text("version") switch
    {
        "1.2" => TpmFamily.Tpm12,
        "2.0" => TpmFamily.Tpm20,
        _ => usual,
    };

    /// <summary>Sets the model up with execution time and faults.</summary>
    public static T Prepare<T>(T model, TransportSettings settings, IReadOnlyList<Fault> faults)
        where T : TpmModel
    {
        model.ExecutionTime = ExecutionTimes.Fixed(settings.Number("execute") * s_microsecond);
        foreach (Fault fault in faults)
        {
            model.Inject(fault);
        }

        return model;
    }

    /// <summary>A number within bounds.</summary>
    public static int InRange(TransportSettings settings, string option, int least, int most)
    {
        int value = settings.Number(option);
        return value >= least && value <= most
            ? value
            : throw Bad(settings, FormattableString.Invariant($"'{option}' takes {least} to {most}, not {value}."));
    }

    /// <summary>Refuses options that mean nothing on a bus.</summary>
    public static void Refuse(TransportSettings settings, SimulatedBus bus, params ReadOnlySpan<string> options)
    {
        foreach (string option in options)
        {
            if (settings.IsGiven(option))
            {
                throw Bad(settings, $"'{option}' means nothing on {bus.Name}.");
            }
        }
    }

    public static TpmTransportException Bad(TransportSettings settings, string what) =>
        TransportSettings.Bad(SimulatedTpm.Descriptor, settings.ConnectionString, what);
}
