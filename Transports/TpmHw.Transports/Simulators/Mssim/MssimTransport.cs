using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>
/// Microsoft's TPM 2.0 simulator, and what speaks its protocol: commands on one port, the platform's switches (power,
/// NV memory, cancel) on the one after it. Opening it switches power and NV memory on.
/// </summary>
public sealed class MssimTransport : TpmTransport, ITpmLocality, ITpmReset, ITpmHashSequence, ITpmPower
{
    private const int CommandHead = 9; // SEND_COMMAND, a u8 locality, a u32 size
    private const int ResponseHead = 4; // a u32 size
    private const int ResponseTail = 4; // a u32 0

    private readonly MssimPort _commands;
    private readonly MssimPlatform _platform;
    private readonly SocketTimes _times;
    private readonly byte[] _frame = new byte[CommandHead + TpmTransportInfo.UsualSize];
    private int _locality;

    private MssimTransport(TransportSettings settings)
    {
        _times = new SocketTimes(settings);
        ServerAddress commands = ServerAddress.From(
            settings, Descriptor, "the TPM simulator", "Start it, for example tpm2-simulator or tpm_server; it listens on 2321 and 2322.");
        Info = new TpmTransportInfo { Kind = Descriptor.Name, Name = settings.ConnectionString, Family = TpmFamily.Tpm20 };
        ServerAddress platform = commands.Second(
            settings, Descriptor, "platform", "the TPM simulator's platform port", "If the server is swtpm, use swtpm:…; otherwise say where the platform port is with platform-port=… or platform-path=… .");
        _platform = new MssimPlatform(platform, _times);
        _commands = new MssimPort(commands, _times, greet: _platform.Connect, _platform.AskToStop);
        try
        {
            _commands.Connect();
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "mssim",
        Summary = "Microsoft's TPM 2.0 simulator over TCP or Unix sockets, with its platform port",
        Example = "mssim:host=127.0.0.1,port=2321",
        Options =
        [
            .. ServerAddress.Options(defaultPort: "2321"),
            .. ServerAddress.SecondOptions("platform", "the platform port"),
            .. SocketTimes.Options,
        ],
        Open = settings => new MssimTransport(settings),
        FindCandidates = () => ["mssim"],
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    public int Locality
    {
        get => _locality;
        set
        {
            CheckLocality(value);
            _locality = value;
        }
    }

    /// <inheritdoc/>
    public void SetPower(bool on) => Exclusively(() => _platform.SetPower(on));

    /// <inheritdoc/>
    public void SetNvAvailable(bool available) => Exclusively(() => _platform.SetNvAvailable(available));

    /// <inheritdoc/>
    public void Reset() => Exclusively(() =>
    {
        _platform.SetPower(false);
        _platform.SetPower(true);
    });

    /// <inheritdoc/>
    public void HashStart() => Exclusively(() => _commands.Request(MssimRequest.HashStart));

    /// <inheritdoc/>
    public void HashData(ReadOnlySpan<byte> data)
    {
        byte[] arguments = new byte[sizeof(uint) + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(arguments, data.Length);
        data.CopyTo(arguments.AsSpan(sizeof(uint)));
        Exclusively(() => _commands.Request(MssimRequest.HashData, arguments));
    }

    /// <inheritdoc/>
    public void HashEnd() => Exclusively(() => _commands.Request(MssimRequest.HashEnd));

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        _platform.StopCancelling();
        try
        {
            Span<byte> message = _frame.AsSpan(0, CommandHead + command.Length);
            BinaryPrimitives.WriteUInt32BigEndian(message, (uint)MssimRequest.SendCommand);
            message[4] = (byte)_locality;
            BinaryPrimitives.WriteInt32BigEndian(message[5..], command.Length);
            command.CopyTo(message[CommandHead..]);

            int length = _commands.Exchange(message, _frame.AsSpan(0, ResponseHead + TpmTransportInfo.UsualSize + ResponseTail), _times.Answer(command), cancellationToken);
            _platform.TryStopCancelling();
            return Unwrap(_frame.AsSpan(0, length), response);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_frame);
        }
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken) => _commands.Drop();

    /// <inheritdoc/>
    protected override void Interrupt()
    {
        // Left to itself, the simulator on Linux ends when it answers a connection that was closed (SIGPIPE), and a
        // cancel signal that nobody takes back meets the next client: so the platform port stays open for it.
        if (!_commands.Interrupt())
        {
            _platform.Interrupt();
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _commands.Dispose();
        _platform.Dispose();
    }

    private static int Unwrap(ReadOnlySpan<byte> frame, Span<byte> response)
    {
        ReadOnlySpan<byte> answer = frame[ResponseHead..^ResponseTail];
        uint tail = BinaryPrimitives.ReadUInt32BigEndian(frame[^ResponseTail..]);
        if (tail != 0)
        {
            throw new TpmTransportException(
                TpmFault.ProtocolViolation,
                "The simulator did not end its response with 0.",
                string.Create(CultureInfo.InvariantCulture, $"0x{tail:X8} after {answer.Length} bytes"),
                "The other side speaks another protocol, or failed while it executed the command: look at its output.");
        }

        if (answer.IsEmpty)
        {
            throw new TpmTransportException(
                TpmFault.Disconnected,
                "The simulator's TPM has no power.",
                "a response of size 0",
                "Switch it on: ITpmPower.SetPower(true), or a reset. Another client of the platform port may have switched it off.");
        }

        answer.CopyTo(response);
        return answer.Length;
    }
}
