using System.Globalization;

namespace TpmHw.Cli.Info;

/// <summary>Times in words.</summary>
internal static class Duration
{
    private static readonly (ulong Seconds, string Unit)[] s_units = [(86400, "d"), (3600, "h"), (60, "min"), (1, "s")];

    /// <summary>A time in its two largest units: 16 min 40 s.</summary>
    public static string Words(ulong seconds)
    {
        var parts = new List<string>();
        foreach ((ulong unit, string name) in s_units)
        {
            if (seconds >= unit)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds / unit} {name}"));
                seconds %= unit;
            }
        }

        return parts.Count == 0 ? "0 s" : string.Join(' ', parts.Take(2));
    }
}
