using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>The front ends that a <see cref="TpmServer"/> can listen with.</summary>
public static class FrontEndCatalog
{
    private static readonly (FrontEndDescriptor Descriptor, Func<TransportSettings, FrontEndHost, FrontEnd> Open)[] s_entries =
    [
        (SwtpmFrontEnd.Descriptor, static (settings, host) => new SwtpmFrontEnd(settings, host)),
        (MssimFrontEnd.Descriptor, static (settings, host) => new MssimFrontEnd(settings, host)),
        (RawFrontEnd.Descriptor, static (settings, host) => new RawFrontEnd(settings, host)),
        (VtpmFrontEnd.Descriptor, static (settings, host) => new VtpmFrontEnd(settings, host)),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FrontEndDescriptor> Descriptors => [.. s_entries.Select(static e => e.Descriptor)];

    internal static FrontEnd Open(string text, FrontEndHost host)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        foreach ((FrontEndDescriptor descriptor, Func<TransportSettings, FrontEndHost, FrontEnd> open) in s_entries)
        {
            if (descriptor.Name == name)
            {
                return open(TransportSettings.Parse(descriptor, text, colon < 0 ? "" : text[(colon + 1)..]), host);
            }
        }

        throw new TpmTransportException(
            TpmFault.BadConnectionString,
            $"'{text}' names no front end that is known here.",
            advice: "Known are: " + string.Join(", ", s_entries.Select(static e => e.Descriptor.Name)) + $". For example: {s_entries[0].Descriptor.Example}");
    }
}
