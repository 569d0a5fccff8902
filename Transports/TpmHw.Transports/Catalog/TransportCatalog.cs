using System.Collections.Immutable;
using TpmHw.Transport;

namespace TpmHw.Transports;

/// <summary>The transports that connection strings can name.</summary>
public sealed class TransportCatalog
{
    private ImmutableList<TransportDescriptor> _descriptors;

    /// <summary>A catalogue of the given transports.</summary>
    public TransportCatalog(IEnumerable<TransportDescriptor> descriptors) => _descriptors = [.. descriptors];

    /// <summary>What <c>Tpm2.Open</c> uses: every transport of this assembly, and what adapters add.</summary>
    public static TransportCatalog Default { get; } = new(
    [
        Simulators.LibtpmsTransport.Descriptor,
    ]);

    /// <summary>The transports, in the order in which <c>auto</c> tries them.</summary>
    public IReadOnlyList<TransportDescriptor> Descriptors => _descriptors;

    /// <summary>Adds a transport, such as one of an adapter package.</summary>
    public void Add(TransportDescriptor descriptor) => ImmutableInterlocked.Update(ref _descriptors, (list, added) => list.Add(added), descriptor);

    /// <summary>Opens the transport that a connection string describes.</summary>
    /// <exception cref="TpmTransportException">The string is not understood, or the transport can't be opened.</exception>
    public ITpmTransport Open(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        int colon = connectionString.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? connectionString : connectionString[..colon];
        string config = colon < 0 ? "" : connectionString[(colon + 1)..];
        TransportDescriptor descriptor = _descriptors.Find(d => d.Name == name) ?? throw new TpmTransportException(
            TpmFault.BadConnectionString,
            $"The connection string '{connectionString}' names no transport that is known here.",
            advice: "Known are: " + string.Join(", ", _descriptors.Select(d => d.Name)) + ".");
        return !descriptor.IsSupportedHere
            ? throw new TpmTransportException(
                TpmFault.NotSupported,
                $"'{descriptor.Name}' does not work on this operating system.",
                advice: $"It works on {string.Join(" and ", descriptor.Platforms)}.")
            : descriptor.Open(TransportSettings.Parse(descriptor, connectionString, config));
    }
}
