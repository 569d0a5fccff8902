using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TpmHw.Testing;
using TpmHw.Testing.Sharing;
using TpmHw.Transport;
using TpmHw.Transports.Serving;

namespace TpmHw.Transports.Tests.Serving;

/// <summary>A server with a TPM of its own, and ways to be its client.</summary>
public abstract class ServingBench : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serve").FullName;

    protected ServingBench() => Server = new TpmServer(Shared.Share);

    /// <summary>Far beyond any delay of the machine's, far below a client's patience.</summary>
    protected static TimeSpan Bound { get; } = TimeSpan.FromSeconds(5);

    protected SharedLibtpms Shared { get; } = new();

    protected TpmServer Server { get; }

    public void Dispose()
    {
        Server.Dispose();
        Shared.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static TpmClient Open(string connectionString) => new(TransportCatalog.Default.Open(connectionString));

    protected static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    protected static string Receive(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        Assert.True(StreamServer.TryRead(socket, bytes));
        return Convert.ToHexString(bytes);
    }

    protected string Socket(string name) => Path.Combine(_folder, name);

    /// <summary>Listens on a port that is free, and whose neighbour is.</summary>
    protected int Listen(Func<string, string> frontEnd)
    {
        for (int attempt = 0; ; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            try
            {
                Server.Listen(frontEnd(port.ToString(CultureInfo.InvariantCulture)));
                return port;
            }
            catch (TpmTransportException e) when (e.Fault == TpmFault.Busy && attempt < 10)
            {
                // Somebody else was quicker.
            }
        }
    }

    /// <summary>A client that has its turn and does not end it.</summary>
    protected sealed class HeldTurn : IDisposable
    {
        private readonly ITpmTransport _client;
        private readonly Thread _thread;

        public HeldTurn(SharedLibtpms shared, ManualResetEventSlim until)
        {
            _client = shared.Share.Connect("held");
            shared.Held = until;
            _thread = new Thread(() => new TpmClient(_client).Random());
            _thread.Start();
            Assert.True(SpinWait.SpinUntil(() => shared.IsHeld, Bound));
        }

        public void Dispose()
        {
            _thread.Join();
            _client.Dispose();
        }
    }
}
