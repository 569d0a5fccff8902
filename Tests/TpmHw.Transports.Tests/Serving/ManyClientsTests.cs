using System.Net.Sockets;
using TpmHw.Testing;
using TpmHw.Testing.Sharing;
using TpmHw.Transports.Serving;

namespace TpmHw.Transports.Tests.Serving;

/// <summary>Sixteen clients of a server on a TPM with three slots.</summary>
public sealed class ManyClientsTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("many").FullName;
    private readonly SharedLibtpms _shared = new();
    private readonly TpmServer _server;

    public ManyClientsTests() => _server = new TpmServer(_shared.Share);

    public void Dispose()
    {
        _server.Dispose();
        _shared.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_answer_is_right_and_nothing_is_left_whether_they_close_or_are_cut_off()
    {
        string raw = Path.Combine(_folder, "r"), mssim = Path.Combine(_folder, "m");
        _server.Listen($"raw:path={raw}");
        _server.Listen($"mssim:path={mssim}");
        await ClientWork.ByMany(16, number =>
        {
            if (number % 4 == 0)
            {
                using var client = new TpmClient(TransportCatalog.Default.Open($"mssim:path={mssim},platform-path={mssim}.ctrl"));
                new ClientWork(client, number).Run(200);
            }
            else
            {
                using var connection = new Connection(raw);
                new ClientWork(new TpmClient(connection), number).Run(200);
                connection.Leave(number % 4);
            }
        });
        Assert.True(SpinWait.SpinUntil(() => _shared.LeftOver().Length == 0, s_patience));
    }

    /// <summary>A connection to a raw front end that can be left in the middle of something, as a killed process leaves it.</summary>
    private sealed class Connection : ITpmTransport
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public Connection(string path) => _socket.Connect(new UnixDomainSocketEndPoint(path));

        public TpmTransportInfo Info { get; } = new() { Kind = "raw", Name = "raw" };

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            _socket.Send(command);
            Assert.True(StreamServer.TryRead(_socket, response[..10]));
            int length = (int)Wire.TpmHeader.Read(response).TotalSize;
            Assert.True(StreamServer.TryRead(_socket, response[10..length]));
            return length;
        }

        public void Leave(int how)
        {
            switch (how)
            {
                case 1:
                    _socket.Send(RawCommands.Command(0x8001, 0x176, new byte[20])[..17]); // half a command
                    break;
                case 2:
                    _socket.Send(Convert.FromHexString("80010000000E000001860000000B")); // TPM2_HashSequenceStart, whose answer nobody reads
                    break;
            }

            _socket.Dispose();
        }

        public void Dispose() => _socket.Dispose();
    }
}
