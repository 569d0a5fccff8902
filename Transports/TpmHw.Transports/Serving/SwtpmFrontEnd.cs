using System.Buffers.Binary;
using System.Net.Sockets;
using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>swtpm's data channel, plain or with swtpm's own header before each command, and its control channel.</summary>
internal sealed class SwtpmFrontEnd : StreamFrontEnd
{
    private const uint SendCommandHeader = 8; // CAP_SEND_COMMAND_HEADER of tpm_ioctl.h: as mssim's SEND_COMMAND

    private readonly ConnectionClients _clients;
    private readonly StreamListener _data;

    public SwtpmFrontEnd(TransportSettings settings, FrontEndHost host)
        : base(settings, host)
    {
        _clients = new ConnectionClients(NewClient, ConnectionClients.ByProcess, settings.Time("linger")!.Value);
        ListenAddress data = ListenAddress.From(settings, Descriptor);
        _data = Serve(data, ServeData);
        Serve(data.Second("ctrl"), ServeControl);
    }

    public static FrontEndDescriptor Descriptor { get; } = new()
    {
        Name = "swtpm",
        Summary = "swtpm: a data channel and a control channel, for tpm2-tss and QEMU's -tpmdev emulator",
        Example = "swtpm:path=/run/tpm.sock",
        Options =
        [
            .. ListenAddress.Options(defaultPort: "2321"),
            .. ListenAddress.SecondOptions("ctrl", "the control channel"),
            LingerOption,
            ResetOption,
            .. StreamOptions,
        ],
    };

    /// <summary>Room for a command or response, which a client may ask for.</summary>
    public int BufferSize => Host.Share.Info.MaxResponseSize;

    public override void Dispose()
    {
        base.Dispose();
        _clients.Dispose();
    }

    /// <summary>Chooses a client's locality, if it may have it.</summary>
    public bool TrySetLocality(ServedClient client, int locality) => locality <= MaxLocality && client.TrySetLocality(locality);

    /// <summary>What a client calls switching the TPM on. It is on, and everybody's: it is reset only for those who may.</summary>
    public void PowerCycle(ServedClient client)
    {
        TryReset();
        client.SwitchOn();
    }

    /// <summary>Serves commands on a socket that a client handed over.</summary>
    public bool TryServe(Socket socket, ConnectionClients.Entry entry)
    {
        _clients.AddTo(entry);
        if (_data.TryAdd(socket, connection => ServeData(connection, entry)))
        {
            return true;
        }

        _clients.Release(entry);
        return false;
    }

    private void ServeData(ServedConnection connection) => ServeData(connection, _clients.Acquire(connection.Socket));

    private void ServeData(ServedConnection connection, ConnectionClients.Entry entry)
    {
        try
        {
            var commands = new CommandReader(connection, entry.Client);
            Span<byte> head = stackalloc byte[sizeof(uint)];
            bool goesOn = true;
            while (goesOn && connection.TryReadHead(head))
            {
                goesOn = BinaryPrimitives.ReadUInt32BigEndian(head) == SendCommandHeader
                    ? ExecuteFramed(connection, commands)
                    : Execute(connection, commands, head);
                commands.Forget();
            }

            if (!goesOn)
            {
                ServerLog.NotACommand(Host.Log, connection.Name);
            }
        }
        finally
        {
            _clients.Release(entry);
        }
    }

    private void ServeControl(ServedConnection connection)
    {
        ConnectionClients.Entry entry = _clients.Acquire(connection.Socket);
        try
        {
            new SwtpmControlChannel(connection, entry, this).Serve();
        }
        finally
        {
            _clients.Release(entry);
        }
    }

    private static bool Execute(ServedConnection connection, CommandReader commands, ReadOnlySpan<byte> head)
    {
        bool goesOn = commands.Execute(head);
        connection.Write(commands.Response);
        return goesOn;
    }

    private bool ExecuteFramed(ServedConnection connection, CommandReader commands)
    {
        Span<byte> head = stackalloc byte[5];
        connection.ReadRest(head, Deadline.After(connection.Patience));
        bool goesOn = commands.Execute([], BinaryPrimitives.ReadUInt32BigEndian(head[1..]), head[0], head[0] <= MaxLocality);
        Span<byte> answer = new byte[sizeof(uint) + commands.Response.Length + sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(answer, commands.Response.Length);
        commands.Response.CopyTo(answer[sizeof(uint)..]);
        connection.Write(answer);
        answer.Clear();
        return goesOn;
    }
}
