using TpmHw.Cli.Info;
using TpmHw.Spec.Commands;
using TpmHw.Spec;
using TpmHw.Tpm12;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Cli.Wire;

/// <summary>One command over a wire that somebody looks at, as far as it came.</summary>
internal sealed class WireExchange
{
    private const int RandomBytes = 8;

    private readonly WireLog _log = new();
    private int _opening;
    private int _first;

    /// <summary>The frames that it took to find the TPM and to take its locality.</summary>
    public List<WireFrame> Opening => _log.Range(0, Command is null && Connection is null ? _log.Count : _opening);

    /// <summary>The command's frames.</summary>
    public List<WireFrame> Frames => _log.Range(Connection is null ? _log.Count : _first, _log.Count);

    /// <summary>What was opened; null where that failed.</summary>
    public string? Connection { get; private set; }

    /// <summary>The command; null where it did not come to that.</summary>
    public byte[]? Command { get; private set; }

    /// <summary>The response; null where there is none.</summary>
    public byte[]? Response { get; private set; }

    /// <summary>Whether Startup went before the command.</summary>
    public bool Started { get; private set; }

    /// <summary>Opens a transport.</summary>
    public ITpmTransport Open(Func<Transport.WireObserver, ITpmTransport> open)
    {
        ITpmTransport transport = open(_log.See);
        Connection = transport.Info.Name;
        _opening = _first = _log.Count;
        return transport;
    }

    /// <summary>Sends a command.</summary>
    public void Send(ITpmTransport transport, byte[] command, CancellationToken cancellationToken)
    {
        _first = _log.Count;
        Command = command;
        byte[] response = new byte[transport.Info.MaxResponseSize];
        Response = response[..transport.Transmit(command, response, cancellationToken)];
    }

    /// <summary>Asks for eight random bytes, and sends Startup before where the TPM waits for it.</summary>
    public void AskForRandom(ITpmTransport transport, CancellationToken cancellationToken)
    {
        TpmFamily family = FamilyProbe.Find(transport, cancellationToken);
        byte[] question = family == TpmFamily.Tpm12 ? Tpm12Command.Of(Tpm12Cc.GetRandom, RandomBytes) : TpmCommandBytes.Of(new GetRandom(RandomBytes));
        Send(transport, question, cancellationToken);
        if (PowerUp.IsNeeded(TpmHeader.Read(Response).Code))
        {
            Started = true;
            Send(transport, PowerUp.StartupCommand(family), cancellationToken);
            Response = null;
            Send(transport, question, cancellationToken);
        }
    }
}
