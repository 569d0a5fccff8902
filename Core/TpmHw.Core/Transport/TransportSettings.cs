using System.Globalization;

namespace TpmHw.Transport;

/// <summary>A connection string, read against the description of what it names. Every value has been checked.</summary>
public sealed class TransportSettings
{
    private readonly Dictionary<string, string> _values;
    private readonly HashSet<string> _given;

    private TransportSettings(string connectionString, Dictionary<string, string> values, HashSet<string> given)
    {
        ConnectionString = connectionString;
        _values = values;
        _given = given;
    }

    /// <summary>The connection string as the user wrote it.</summary>
    public string ConnectionString { get; }

    /// <summary>Who wants to see what goes over the wire; null for nobody. A transport that drives a wire itself shows it, any other one has nothing to show.</summary>
    public WireObserver? Wire { get; private init; }

    /// <summary>Reads the part after the colon.</summary>
    /// <param name="descriptor">The description of what the string names.</param>
    /// <param name="connectionString">The whole connection string, for errors and <see cref="ConnectionString"/>.</param>
    /// <param name="config">What follows the colon; empty where there is none.</param>
    /// <param name="wire">Who wants to see what goes over the wire.</param>
    /// <exception cref="TpmTransportException">An option is unknown, given twice, or its value is not of its kind.</exception>
    public static TransportSettings Parse(ConnectionDescriptor descriptor, string connectionString, string config, WireObserver? wire = null)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(config);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        int position = 0;
        foreach (string item in descriptor.TakesWholeText && config.Length > 0 ? [config] : SplitAtCommas(config))
        {
            (TransportOption option, string value) = Recognise(descriptor, connectionString, item, position++);
            Check(descriptor, connectionString, option, value);
            if (!values.TryAdd(option.Name, value))
            {
                throw Bad(descriptor, connectionString, $"'{option.Name}' is given twice.");
            }
        }

        HashSet<string> given = [.. values.Keys];
        foreach (TransportOption option in descriptor.Options)
        {
            if (option.Default is not null)
            {
                values.TryAdd(option.Name, option.Default);
            }
        }

        return new TransportSettings(connectionString, values, given) { Wire = wire };
    }

    /// <summary>Whether the option was given or has a default.</summary>
    public bool Has(string option) => _values.ContainsKey(option);

    /// <summary>Whether the user wrote the option, default or not.</summary>
    public bool IsGiven(string option) => _given.Contains(option);

    /// <summary>An option's value as text; null where it was not given and has no default.</summary>
    public string? Text(string option) => _values.GetValueOrDefault(option);

    /// <summary>The value of a <see cref="TransportOptionKind.Number"/> or <see cref="TransportOptionKind.Port"/>.</summary>
    public int Number(string option) => TryNumber(_values[option], out int value) ? value : throw new KeyNotFoundException(option);

    /// <summary>The value of a <see cref="TransportOptionKind.Milliseconds"/>; null where it was not given and has no default.</summary>
    public TimeSpan? Time(string option) => _values.ContainsKey(option) ? TimeSpan.FromMilliseconds(Number(option)) : null;

    /// <summary>The value of a <see cref="TransportOptionKind.Flag"/>.</summary>
    public bool Flag(string option) => _values.GetValueOrDefault(option) == "yes";

    /// <summary>The error for a string that is not understood, with the options there are as advice.</summary>
    public static TpmTransportException Bad(ConnectionDescriptor descriptor, string connectionString, string what)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        string options = descriptor.Options.Count == 0
            ? "takes no options"
            : "takes " + string.Join(", ", descriptor.Options.Select(o => o.Name));
        return new TpmTransportException(
            TpmFault.BadConnectionString,
            $"The connection string '{connectionString}' is not understood: {what}",
            advice: $"'{descriptor.Name}' {options}. For example: {descriptor.Example}");
    }

    private static (TransportOption Option, string Value) Recognise(ConnectionDescriptor descriptor, string connectionString, string item, int position)
    {
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? item : item[..equals];
        TransportOption? option = descriptor.TakesWholeText ? null : descriptor.Options.FirstOrDefault(o => o.Name == name);
        if (option is not null && equals >= 0)
        {
            return (option, item[(equals + 1)..]);
        }

        TransportOption? positional = descriptor.Options.FirstOrDefault(o => o.IsPositional);
        if (positional is not null && position == 0 && (equals < 0 || descriptor.TakesWholeText || item.StartsWith('/')))
        {
            return (positional, item);
        }

        throw Bad(descriptor, connectionString, option is null
            ? item.Length == 0 ? "an option is empty." : $"'{name}' is not one of its options."
            : $"'{name}' has no value; write {name}=… .");
    }

    private static void Check(ConnectionDescriptor descriptor, string connectionString, TransportOption option, string value)
    {
        string? wanted = option.Kind switch
        {
            _ when value.Length == 0 => "a value",
            TransportOptionKind.Port when !TryNumber(value, out int port) || port is < 1 or > 65535 => "a port from 1 to 65535",
            TransportOptionKind.Number when !TryNumber(value, out _) => "a whole number, decimal or 0x…",
            TransportOptionKind.Number when TryNumber(value, out int number) && (number < option.Least || number > option.Most) =>
                option.Most == int.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{option.Least} or more") : string.Create(CultureInfo.InvariantCulture, $"{option.Least} to {option.Most}"),
            TransportOptionKind.Milliseconds when !TryNumber(value, out int time) || time < 1 => "a time in milliseconds",
            TransportOptionKind.Flag when value is not ("yes" or "no") => "yes or no",
            TransportOptionKind.Choice when !option.Choices.Contains(value) => "one of " + string.Join(", ", option.Choices),
            _ => null,
        };
        if (wanted is not null)
        {
            throw Bad(descriptor, connectionString, $"'{option.Name}' takes {wanted}, not '{value}'.");
        }
    }

    private static bool TryNumber(string text, out int value) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>Splits at commas; a backslash before a comma or a backslash takes its meaning away.</summary>
    private static List<string> SplitAtCommas(string config)
    {
        var items = new List<string>();
        if (config.Length == 0)
        {
            return items;
        }

        var item = new System.Text.StringBuilder();
        for (int i = 0; i < config.Length; i++)
        {
            if (config[i] == '\\' && i + 1 < config.Length && config[i + 1] is ',' or '\\')
            {
                item.Append(config[++i]);
            }
            else if (config[i] == ',')
            {
                items.Add(item.ToString());
                item.Clear();
            }
            else
            {
                item.Append(config[i]);
            }
        }

        items.Add(item.ToString());
        return items;
    }
}
