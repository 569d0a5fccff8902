using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>Plain commands in, plain responses out. Each connection is a client.</summary>
internal sealed class RawFrontEnd : StreamFrontEnd
{
    public RawFrontEnd(TransportSettings settings, FrontEndHost host)
        : base(settings, host) => Serve(ListenAddress.From(settings, Descriptor), Serve);

    public static FrontEndDescriptor Descriptor { get; } = new()
    {
        Name = "raw",
        Summary = "plain command bytes, as raw: and many small programs speak them",
        Example = "raw:port=6545",
        Options = [.. ListenAddress.Options(defaultPort: null), .. StreamOptions],
    };

    private void Serve(ServedConnection connection)
    {
        using ServedClient client = NewClient();
        var commands = new CommandReader(connection, client);
        Span<byte> head = stackalloc byte[TpmHeader.Size];
        bool goesOn = true;
        while (goesOn && connection.TryReadHead(head))
        {
            goesOn = commands.Execute(head);
            connection.Write(commands.Response);
            commands.Forget();
        }

        if (!goesOn)
        {
            ServerLog.NotACommand(Host.Log, connection.Name);
        }
    }
}
