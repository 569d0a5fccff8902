using System.Globalization;
using System.Text;
using TpmHw.Transport;

namespace TpmHw.Simulation;

/// <summary>Faults as a connection string has them: <c>burst-zero@send*3+wrong-size:5</c>.</summary>
internal static class FaultText
{
    private static readonly Dictionary<string, FaultKind> s_kinds = Enum.GetValues<FaultKind>().ToDictionary(static k => Hyphenated(k.ToString()));
    private static readonly Dictionary<string, FaultPhase> s_phases = Enum.GetValues<FaultPhase>().ToDictionary(static p => Hyphenated(p.ToString()));

    /// <exception cref="TpmTransportException">A fault is not understood.</exception>
    public static IEnumerable<Fault> Parse(TransportSettings settings) =>
        settings.Text("fault") is { } text ? text.Split('+').Select(item => ParseOne(settings, item)) : [];

    private static Fault ParseOne(TransportSettings settings, string item)
    {
        string rest = item;
        string? accesses = Cut(ref rest, '*');
        string? phase = Cut(ref rest, '@');
        string? value = Cut(ref rest, ':');
        string bus = settings.Text("bus")!;
        IReadOnlyList<FaultKind> possible = FaultKinds.On(bus);
        if (!s_kinds.TryGetValue(rest, out FaultKind kind) || !possible.Contains(kind))
        {
            throw SimulationSettings.Bad(settings, $"'{rest}' is no fault of {bus}; there are {string.Join(", ", possible.Select(static k => Hyphenated(k.ToString())))}.");
        }

        if (phase is not null && !s_phases.ContainsKey(phase))
        {
            throw SimulationSettings.Bad(settings, $"'{phase}' is no phase; there are {string.Join(", ", s_phases.Keys)}.");
        }

        return new Fault(kind, Number(settings, value) ?? 0)
        {
            From = phase is null ? null : s_phases[phase],
            Accesses = Number(settings, accesses),
        };
    }

    private static string? Cut(ref string text, char at)
    {
        int index = text.IndexOf(at, StringComparison.Ordinal);
        string? after = index < 0 ? null : text[(index + 1)..];
        text = index < 0 ? text : text[..index];
        return after;
    }

    private static int? Number(TransportSettings settings, string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw SimulationSettings.Bad(settings, $"'{text}' is no number.");

    private static string Hyphenated(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
