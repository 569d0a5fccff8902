using System.Net;
using System.Net.Sockets;
using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

/// <summary>Servers that aren't there, and connection strings that can't lead to one.</summary>
public sealed class ServerAddressTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tpmhw").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("swtpm:path=/tmp/x,host=127.0.0.1", "exclude")]
    [InlineData("swtpm:path=/tmp/x,port=2321", "exclude")]
    [InlineData("swtpm:path=/tmp/x,ctrl-port=2322", "ctrl-path")]
    [InlineData("swtpm:ctrl-path=/tmp/x", "ctrl-port")]
    [InlineData("swtpm:port=65535", "ctrl-port")]
    [InlineData("swtpm:port=65536", "port")]
    [InlineData("swtpm:host=a b", "host name")]
    [InlineData("swtpm:host=127.0.0.1:2321", "host name")]
    [InlineData("swtpm:host=[::1", "host")]
    [InlineData("mssim:path=/tmp/x,platform-port=1", "platform-path")]
    [InlineData("mssim:connect-timeout=0", "milliseconds")]
    [InlineData("raw", "port")]
    [InlineData("raw:host=127.0.0.1", "port")]
    public void A_string_that_can_lead_to_no_server_says_what_is_wrong(string connectionString, string telling)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains(telling, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("swtpm")]
    [InlineData("mssim")]
    [InlineData("raw")]
    public void A_path_that_no_unix_socket_can_have_is_told_as_that(string kind)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open($"{kind}:path=/tmp/{new string('x', 120)}"));
        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains("125 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("swtpm", "--server")]
    [InlineData("mssim", "2321")]
    [InlineData("raw", "tpmd")]
    public void An_absent_socket_is_not_found_and_the_advice_is_how_to_start_the_server(string kind, string telling)
    {
        AssertNotFound($"{kind}:path={_folder}/absent", telling);
        AssertNotFound($"{kind}:host=127.0.0.1,port={UnusedPort(IPAddress.Loopback)}", telling);
        IPAddress v6 = StreamServer.LoopbackV6;
        AssertNotFound($"{kind}:host={v6},port={UnusedPort(v6)}", telling);
        if (v6.AddressFamily == AddressFamily.InterNetworkV6)
        {
            AssertNotFound($"{kind}:host=[{v6}],port={UnusedPort(v6)}", telling);
        }

        AssertNotFound($"{kind}:host=localhost,port={UnusedPort(IPAddress.Loopback)}", telling);
    }

    [Fact]
    public void A_socket_that_its_server_left_behind_is_not_found()
    {
        string path = Path.Combine(_folder, "left");
        using (var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            server.Bind(new UnixDomainSocketEndPoint(path));
        }

        if (!File.Exists(path))
        {
            File.WriteAllBytes(path, []);
        }

        AssertNotFound("raw:path=" + path, "tpmd");
    }

    [Theory]
    [InlineData(SocketKind.Unix, TpmFault.Busy)]
    [InlineData(SocketKind.TcpV4, TpmFault.Timeout)]
    public void A_server_that_accepts_nobody_is_given_up_in_time(SocketKind kind, TpmFault fault)
    {
        EndPoint endPoint = kind == SocketKind.Unix ? new UnixDomainSocketEndPoint(Path.Combine(_folder, "full")) : new IPEndPoint(IPAddress.Loopback, 0);
        using var server = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        server.Bind(endPoint);
        server.Listen(0);
        using var waiting = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        waiting.Connect(server.LocalEndPoint!);

        string options = server.LocalEndPoint is IPEndPoint tcp ? $"port={tcp.Port}" : $"path={server.LocalEndPoint}";
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open($"raw:{options},connect-timeout=100"));
        Assert.Equal(fault, error.Fault);
        Assert.NotEmpty(error.Advice);
    }

    private static void AssertNotFound(string connectionString, string telling)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open(connectionString));
        Assert.Equal(TpmFault.NotFound, error.Fault);
        Assert.Contains(telling, error.Advice, StringComparison.Ordinal);
    }

    private static int UnusedPort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
