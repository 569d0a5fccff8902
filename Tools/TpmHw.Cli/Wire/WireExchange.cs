using TpmHw.Cli.Info;
using TpmHw.Wire;

namespace TpmHw.Cli.Wire;

/// <summary>One command over a wire that somebody looks at, as far as it came.</summary>
internal sealed class WireExchange
{
    private static readonly byte[] s_random20 = [0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7B, 0, 8]; // TPM2_GetRandom(8)
    private static readonly byte[] s_startup20 = [0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0]; // TPM2_Startup(TPM_SU_CLEAR)
    private static readonly byte[] s_random12 = [0x00, 0xC1, 0, 0, 0, 14, 0, 0, 0, 0x46, 0, 0, 0, 8]; // TPM_GetRandom(8)
    private static readonly byte[] s_startup12 = [0x00, 0xC1, 0, 0, 0, 12, 0, 0, 0, 0x99, 0, 1]; // TPM_Startup(TPM_ST_CLEAR)

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
        bool isOld = FamilyProbe.Find(transport, cancellationToken) == TpmFamily.Tpm12;
        byte[] question = isOld ? s_random12 : s_random20;
        Send(transport, question, cancellationToken);
        if (TpmHeader.Read(Response).Code == (isOld ? Tpm12Rc.InvalidPostInit : TpmRc.Initialize))
        {
            Started = true;
            Send(transport, isOld ? s_startup12 : s_startup20, cancellationToken);
            Response = null;
            Send(transport, question, cancellationToken);
        }
    }
}
