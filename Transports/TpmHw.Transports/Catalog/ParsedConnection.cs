using TpmHw.Transport;

namespace TpmHw.Transports;

/// <summary>A connection string that was understood: what to open, and what it says of the protection of commands.</summary>
internal sealed record ParsedConnection(TransportDescriptor Descriptor, TransportSettings Settings, ConnectionProtection Protection)
{
    /// <summary>Reads the part after the colon.</summary>
    /// <exception cref="TpmTransportException">It is not understood.</exception>
    public static ParsedConnection Of(TransportDescriptor descriptor, string connectionString, string config, WireObserver? wire)
    {
        TransportDescriptor whole = descriptor with { Options = [.. descriptor.Options, .. ProtectionOptions.All] };
        if (!descriptor.TakesWholeText)
        {
            var all = TransportSettings.Parse(whole, connectionString, config, wire);
            return new(descriptor, all, new(whole, all));
        }

        // A command line may contain anything, so that these options stand before it.
        int start = ProtectionOptions.LengthOfLead(config);
        var lead = TransportSettings.Parse(whole with { TakesWholeText = false }, connectionString, config[..start].TrimEnd(','));
        return new(descriptor, TransportSettings.Parse(descriptor, connectionString, config[start..], wire), new(whole, lead));
    }

    /// <summary>Opens the transport.</summary>
    /// <exception cref="TpmTransportException">It can't be opened.</exception>
    public ITpmTransport Open() => Descriptor.IsSupportedHere ? Descriptor.Open(Settings) : throw new TpmTransportException(
        TpmFault.NotSupported,
        $"'{Descriptor.Name}' does not work on this operating system.",
        advice: $"It works on {string.Join(" and ", Descriptor.Platforms)}.");
}
