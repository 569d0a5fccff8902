using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>Where a server listens: a TCP host and port, or a Unix socket's path.</summary>
internal sealed record ServerAddress
{
    private ServerAddress(string what, string advice)
    {
        What = what;
        Advice = advice;
    }

    /// <summary>What is expected there, for errors: <c>swtpm</c>.</summary>
    public string What { get; private init; }

    /// <summary>What to do where it isn't there: how to start it.</summary>
    public string Advice { get; private init; }

    private string Host { get; init; } = "";

    private int Port { get; init; }

    private string? Path { get; init; }

    /// <summary>The options that say where a server listens.</summary>
    /// <param name="defaultPort">The port that such servers usually have; null where there is none.</param>
    public static TransportOption[] Options(string? defaultPort) =>
    [
        new("host", "name or address of the server's machine", Default: "127.0.0.1"),
        new("port", "TCP port of the server", TransportOptionKind.Port, defaultPort),
        new("path", "Unix socket of the server, instead of host and port", TransportOptionKind.Path),
    ];

    /// <summary>The options that say where a server's second channel listens.</summary>
    public static TransportOption[] SecondOptions(string prefix, string what) =>
    [
        new(prefix + "-port", $"TCP port of {what}; without it the one after port", TransportOptionKind.Port),
        new(prefix + "-path", $"Unix socket of {what}; without it path with .ctrl at its end", TransportOptionKind.Path),
    ];

    /// <summary>Reads the options <c>host</c>, <c>port</c> and <c>path</c>.</summary>
    public static ServerAddress From(TransportSettings settings, TransportDescriptor descriptor, string what, string advice)
    {
        string? conflict = settings.IsGiven("host") ? "host" : settings.IsGiven("port") ? "port" : null;
        if (settings.Text("path") is { } path)
        {
            return conflict is null
                ? new ServerAddress(what, advice) { Path = Fitting(path, settings, descriptor) }
                : throw TransportSettings.Bad(descriptor, settings.ConnectionString, $"'path' and '{conflict}' exclude each other.");
        }

        if (!settings.Has("port"))
        {
            throw TransportSettings.Bad(descriptor, settings.ConnectionString, "it says neither port nor path.");
        }

        string host = settings.Text("host")! is ['[', .. var inner, ']'] ? inner : settings.Text("host")!;
        return IPAddress.TryParse(host, out _) || Uri.CheckHostName(host) == UriHostNameType.Dns
            ? new ServerAddress(what, advice) { Host = host, Port = settings.Number("port") }
            : throw TransportSettings.Bad(descriptor, settings.ConnectionString, $"'{host}' is no host name and no IP address.");
    }

    /// <summary>The address of a second channel of the same server: its own options, or the usual distance from this one.</summary>
    public ServerAddress Second(TransportSettings settings, TransportDescriptor descriptor, string prefix, string what, string advice)
    {
        string portOption = prefix + "-port";
        string pathOption = prefix + "-path";
        string wrongKind = Path is null ? pathOption : portOption;
        if (settings.Has(wrongKind))
        {
            throw TransportSettings.Bad(
                descriptor,
                settings.ConnectionString,
                Path is null ? $"'{pathOption}' goes with path; with host and port it is '{portOption}'." : $"'{portOption}' goes with host and port; with path it is '{pathOption}'.");
        }

        if (Path is not null)
        {
            return this with { What = what, Advice = advice, Path = Fitting(settings.Text(pathOption) ?? Path + ".ctrl", settings, descriptor) };
        }

        int port = settings.Has(portOption) ? settings.Number(portOption) : Port + 1;
        return port <= IPEndPoint.MaxPort
            ? this with { What = what, Advice = advice, Port = port }
            : throw TransportSettings.Bad(descriptor, settings.ConnectionString, $"there is no port after {Port}; name the second one with '{portOption}'.");
    }

    /// <summary>The addresses to try, in order.</summary>
    /// <exception cref="TpmTransportException">The host has no address, or nobody says so in time.</exception>
    public EndPoint[] Resolve(Deadline deadline)
    {
        if (Path is not null)
        {
            return [new UnixDomainSocketEndPoint(Path)];
        }

        if (IPAddress.TryParse(Host, out IPAddress? literal))
        {
            return [new IPEndPoint(literal, Port)];
        }

        try
        {
            Task<IPAddress[]> lookup = Dns.GetHostAddressesAsync(Host);
            if (!lookup.Wait(deadline.Remaining))
            {
                throw new TpmTransportException(TpmFault.Timeout, $"The address of the host {Host} could not be found out in time.", deadline.ToString(), "Check the name service, or write the IP address.");
            }

            return [.. lookup.Result.Select(address => new IPEndPoint(address, Port))];
        }
        catch (AggregateException e) when (e.InnerException is SocketException cause)
        {
            throw new TpmTransportException(TpmFault.NotFound, $"The host {Host} is not known.", cause.Message, "Check its spelling, or write the IP address.", cause);
        }
    }

    /// <summary>The error for a connection that was not made.</summary>
    public TpmTransportException NotConnected(SocketError error, Deadline deadline)
    {
        string evidence = $"{error}, {deadline}";
        return error switch
        {
            SocketError.ConnectionRefused => new(
                TpmFault.NotFound,
                Path is null ? $"Nothing listens at {this}, where {What} should be." : $"No {What} listens on the socket {this}: the program that made it has ended.",
                evidence,
                Advice),
            SocketError.AddressNotAvailable when Path is not null => new(TpmFault.NotFound, $"There is no socket {this}, where {What} should be.", evidence, Advice),
            SocketError.AccessDenied => new(
                TpmFault.AccessDenied,
                $"This user may not connect to {this}.",
                evidence,
                Path is null ? "A firewall of this machine forbids it." : $"Look at the rights of the socket and of the folders above it: ls -ld {Path}"),
            SocketError.WouldBlock => new(TpmFault.Busy, $"{What} at {this} has other clients waiting and accepts no more.", evidence, "It serves one client at a time: end the other programs that use it."),
            SocketError.TimedOut => new(
                TpmFault.Timeout,
                $"{What} at {this} did not accept a connection in time.",
                evidence,
                "Either the host is not reachable (a wrong address, a firewall), or the server is busy: it serves one client at a time. connect-timeout=… waits longer."),
            SocketError.AddressNotAvailable or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => new(
                TpmFault.NotFound, $"There is no way from here to {this}.", evidence, "Check the address and this machine's network."),
            _ => new(TpmFault.InputOutput, $"{this} could not be connected to.", evidence, Advice),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Path ?? (Host.Contains(':', StringComparison.Ordinal) ? FormattableString.Invariant($"[{Host}]:{Port}") : FormattableString.Invariant($"{Host}:{Port}"));

    private static string Fitting(string path, TransportSettings settings, TransportDescriptor descriptor)
    {
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return path;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw TransportSettings.Bad(
                descriptor,
                settings.ConnectionString,
                string.Create(CultureInfo.InvariantCulture, $"the path {path} has {Encoding.UTF8.GetByteCount(path)} bytes, and this system's Unix sockets take fewer (107 on Linux); a relative path or a symbolic link is shorter."));
        }
    }
}
