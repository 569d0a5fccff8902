using System.Buffers.Binary;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>
/// The two ports of Microsoft's simulator (TpmTcpProtocol.h). Each connection to the command port is a client, unless
/// all are to be one; power and NV are on and stay so, unless clients may reset.
/// </summary>
internal sealed class MssimFrontEnd : StreamFrontEnd
{
    private const int LongestData = 1 << 20;

    private readonly Lock _gate = new();
    private readonly List<ServedClient> _unpaired = [];
    private readonly ConnectionClients _clients;
    private bool _off;

    public MssimFrontEnd(TransportSettings settings, FrontEndHost host)
        : base(settings, host)
    {
        bool together = settings.Flag("one-client");
        _clients = new ConnectionClients(NewClient, _ => together ? ConnectionClients.Together : ConnectionClients.Alone, settings.Time("linger")!.Value);
        ListenAddress commands = ListenAddress.From(settings, Descriptor);
        Serve(commands, ServeCommands);
        Serve(commands.Second("platform"), ServePlatform);
    }

    public static FrontEndDescriptor Descriptor { get; } = new()
    {
        Name = "mssim",
        Summary = "Microsoft's simulator: a command port and a platform port",
        Example = "mssim:port=2321",
        Options =
        [
            .. ListenAddress.Options(defaultPort: "2321"),
            .. ListenAddress.SecondOptions("platform", "the platform port"),
            new("one-client", "whether all connections are one client, for programs that leave keys to one another", TransportOptionKind.Flag, "no"),
            LingerOption,
            ResetOption,
            .. StreamOptions,
        ],
    };

    public override void Dispose()
    {
        base.Dispose();
        _clients.Dispose();
    }

    private enum Request : uint
    {
        PowerOn = 1,
        PowerOff = 2,
        PhysicalPresenceOn = 3,
        PhysicalPresenceOff = 4,
        SendCommand = 8,
        CancelOn = 9,
        CancelOff = 10,
        NvOn = 11,
        NvOff = 12,
        KeyCacheOn = 13,
        KeyCacheOff = 14,
        Handshake = 15,
        Reset = 17,
        Restart = 18,
        SessionEnd = 20,
        Stop = 21,
    }

    private void ServeCommands(ServedConnection connection)
    {
        ConnectionClients.Entry entry = _clients.Acquire(connection.Socket);
        ServedClient client = entry.Client;
        var commands = new CommandReader(connection, client);
        lock (_gate)
        {
            _unpaired.Add(client);
        }

        try
        {
            ServeCommands(connection, commands);
        }
        finally
        {
            lock (_gate)
            {
                _unpaired.Remove(client);
            }

            _clients.Release(entry);
        }
    }

    private void ServeCommands(ServedConnection connection, CommandReader commands)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        while (connection.TryReadHead(word))
        {
            switch ((Request)BinaryPrimitives.ReadUInt32BigEndian(word))
            {
                case Request.SendCommand:
                    if (!SendCommand(connection, commands))
                    {
                        ServerLog.NotACommand(Host.Log, connection.Name);
                        return;
                    }

                    break;
                case Request.Handshake:
                    connection.ReadRest(word, Deadline.After(connection.Patience)); // the client's version
                    connection.Write([0, 0, 0, 1, 0, 0, 0, 0x05, 0, 0, 0, 0]); // version 1; a platform port, raw commands
                    break;
                default:
                    return; // SESSION_END, STOP (this server is not a client's to stop), and what is not known
            }
        }
    }

    private bool SendCommand(ServedConnection connection, CommandReader commands)
    {
        Span<byte> head = stackalloc byte[5];
        connection.ReadRest(head, Deadline.After(connection.Patience));
        byte locality = head[0];
        uint size = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        if (size > LongestData)
        {
            return false;
        }

        bool isOff = Volatile.Read(ref _off);
        bool goesOn = commands.Execute([], size, locality, locality <= MaxLocality && !isOff);
        Span<byte> answer = new byte[sizeof(uint) + commands.Response.Length + sizeof(uint)];
        if (isOff)
        {
            answer = answer[..8]; // no response: the TPM has no power
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(answer, commands.Response.Length);
            commands.Response.CopyTo(answer[sizeof(uint)..]);
        }

        connection.Write(answer);
        answer.Clear();
        commands.Forget();
        return goesOn;
    }

    private void ServePlatform(ServedConnection connection)
    {
        ServedClient? client = Pair();
        Span<byte> word = stackalloc byte[sizeof(uint)];
        while (connection.TryReadHead(word))
        {
            switch ((Request)BinaryPrimitives.ReadUInt32BigEndian(word))
            {
                case Request.CancelOn:
                    (client ??= Pair())?.Cancel();
                    break;
                case Request.PowerOff when MayReset:
                    Volatile.Write(ref _off, true);
                    break;
                case Request.PowerOn when Volatile.Read(ref _off):
                    TryReset();
                    Volatile.Write(ref _off, false);
                    break;
                case Request.Reset or Request.Restart when MayReset:
                    TryReset();
                    break;
                case Request.SessionEnd or Request.Stop:
                    return;
                case Request.PowerOn or Request.PowerOff or Request.Reset or Request.Restart
                    or Request.NvOn or Request.NvOff or Request.CancelOff
                    or Request.PhysicalPresenceOn or Request.PhysicalPresenceOff
                    or Request.KeyCacheOn or Request.KeyCacheOff:
                    break; // the TPM is not this client's alone: acknowledged, and nothing happens
                default:
                    connection.Write([0, 0, 0, 1]);
                    return;
            }

            connection.Write([0, 0, 0, 0]);
        }
    }

    /// <summary>The client whose platform connection this is: tpm2-tss and others connect both, the command port first.</summary>
    private ServedClient? Pair()
    {
        lock (_gate)
        {
            if (_unpaired.Count == 0)
            {
                return null;
            }

            ServedClient client = _unpaired[^1];
            _unpaired.Remove(client);
            return client;
        }
    }
}
