using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Serving;

/// <summary>Where a front end listens: a Unix socket with a mode and a group, or a TCP port, on the loopback unless said otherwise.</summary>
internal sealed class ListenAddress
{
    private readonly UnixFileMode _mode;
    private readonly string? _group;
    private readonly TransportSettings _settings;
    private readonly FrontEndDescriptor _descriptor;

    private ListenAddress(TransportSettings settings, FrontEndDescriptor descriptor, EndPoint endPoint)
    {
        _settings = settings;
        _descriptor = descriptor;
        EndPoint = endPoint;
        _group = settings.Text("group");
        _mode = Mode(settings.Text("mode")!);
    }

    public EndPoint EndPoint { get; }

    /// <summary>Whether only this machine can reach it.</summary>
    public bool IsLocal => EndPoint is not IPEndPoint tcp || IPAddress.IsLoopback(tcp.Address);

    public static IEnumerable<TransportOption> Options(string? defaultPort) =>
    [
        new("path", "Unix socket to listen on, in place of TCP", TransportOptionKind.Path) { IsPositional = true },
        new("mode", "who may use the Unix socket, as chmod takes it", Default: "0660"),
        new("group", "group of the Unix socket, by name or number; without it this process's own"),
        new("host", "address to listen on; any that is not the loopback opens the TPM to whoever can reach it", Default: "127.0.0.1"),
        new("port", "TCP port", TransportOptionKind.Port, defaultPort),
    ];

    /// <summary>The address that the options name.</summary>
    public static ListenAddress From(TransportSettings settings, FrontEndDescriptor descriptor) => From(settings, descriptor, "path", "port", 0);

    /// <summary>The second address: the first one's, one port higher or with a suffix, unless it is given.</summary>
    public ListenAddress Second(string prefix) => _settings.IsGiven(prefix + "-path") || _settings.IsGiven(prefix + "-port")
        ? From(_settings, _descriptor, prefix + "-path", prefix + "-port", 0)
        : EndPoint is IPEndPoint tcp
            ? new(_settings, _descriptor, new IPEndPoint(tcp.Address, tcp.Port < IPEndPoint.MaxPort ? tcp.Port + 1 : throw TransportSettings.Bad(
                _descriptor, _settings.ConnectionString, $"there is no port after {tcp.Port}; say {prefix}-port=… .")))
            : new(_settings, _descriptor, Unix(_settings, _descriptor, $"{EndPoint}.ctrl"));

    public static IEnumerable<TransportOption> SecondOptions(string prefix, string what) =>
    [
        new(prefix + "-path", $"Unix socket of {what}; without it path and .ctrl", TransportOptionKind.Path),
        new(prefix + "-port", $"TCP port of {what}; without it port + 1", TransportOptionKind.Port),
    ];

    /// <summary>Opens the socket, with nobody else's rights on it at any moment.</summary>
    /// <exception cref="TpmTransportException">It can't be listened on.</exception>
    public Socket Listen()
    {
        var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (EndPoint is UnixDomainSocketEndPoint)
            {
                RemoveLeftOver(EndPoint.ToString()!);
                socket.Bind(EndPoint);
                Restrict(EndPoint.ToString()!); // nobody can connect before Listen
            }
            else
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                socket.Bind(EndPoint);
            }

            socket.Listen();
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e as TpmTransportException ?? CantListen(e);
        }
    }

    /// <summary>Takes the socket's file away.</summary>
    public void Remove()
    {
        if (EndPoint is UnixDomainSocketEndPoint)
        {
            File.Delete(EndPoint.ToString()!);
        }
    }

    public override string ToString() => EndPoint.ToString()!;

    private static ListenAddress From(TransportSettings settings, FrontEndDescriptor descriptor, string path, string port, int offset)
    {
        if (settings.Text(path) is { } socket)
        {
            return settings.IsGiven(port) || settings.IsGiven("host")
                ? throw TransportSettings.Bad(descriptor, settings.ConnectionString, "it is either a Unix socket or a TCP port, not both.")
                : new(settings, descriptor, Unix(settings, descriptor, socket));
        }

        if (!settings.Has(port))
        {
            throw TransportSettings.Bad(descriptor, settings.ConnectionString, $"it has to say where to listen: {path}=… or {port}=… .");
        }

        return IPAddress.TryParse(settings.Text("host"), out IPAddress? address)
            ? new(settings, descriptor, new IPEndPoint(address, settings.Number(port) + offset))
            : throw TransportSettings.Bad(descriptor, settings.ConnectionString, $"'host' takes an address of this machine, such as 127.0.0.1 or ::1, not '{settings.Text("host")}'.");
    }

    private static UnixDomainSocketEndPoint Unix(TransportSettings settings, FrontEndDescriptor descriptor, string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw TransportSettings.Bad(descriptor, settings.ConnectionString, $"the path {path} is too long for a Unix socket (107 bytes on Linux).");
        }
    }

    private UnixFileMode Mode(string text)
    {
        try
        {
            int mode = Convert.ToInt32(text, 8);
            return mode is >= 0 and <= 0x1FF ? (UnixFileMode)mode : throw new FormatException();
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw TransportSettings.Bad(_descriptor, _settings.ConnectionString, $"'mode' takes three or four octal digits, not '{text}'.");
        }
    }

    /// <summary>Removes the socket of a server that is gone; one that still answers stays, and whatever is no socket.</summary>
    private void RemoveLeftOver(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        // Linux says of a file that is no socket what it says of a socket that nobody listens on: connection refused.
        if (OperatingSystem.IsLinux() ? Libc.Status(path) is not { IsSocket: true } : OperatingSystem.IsWindows() && (File.GetAttributes(path) & FileAttributes.ReparsePoint) == 0)
        {
            throw new IOException($"{path} is there already, and is no socket.");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(EndPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    private void Restrict(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (_group is not null)
        {
            Libc.ChangeGroup(path, _group);
        }

        File.SetUnixFileMode(path, _mode);
    }

    private TpmTransportException CantListen(Exception reason) => new(
        reason is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } ? TpmFault.Busy
            : reason is UnauthorizedAccessException or SocketException { SocketErrorCode: SocketError.AccessDenied } ? TpmFault.AccessDenied
            : TpmFault.InputOutput,
        string.Create(CultureInfo.InvariantCulture, $"{_descriptor.Name} can't listen on {this}."),
        reason.Message,
        "Another program may have that address, or this user has no rights to it; the folder of a Unix socket has to exist.",
        reason);
}
