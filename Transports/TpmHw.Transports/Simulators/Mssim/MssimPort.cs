using System.Buffers.Binary;
using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>Requests of the simulator's two ports (TpmTcpProtocol.h of the TPM 2.0 reference code).</summary>
internal enum MssimRequest : uint
{
    PowerOn = 1,
    PowerOff = 2,
    HashStart = 5,
    HashData = 6,
    HashEnd = 7,
    SendCommand = 8,
    CancelOn = 9,
    CancelOff = 10,
    NvOn = 11,
    NvOff = 12,
    SessionEnd = 20,
}

/// <summary>What the simulator's two ports have in common: a request is a u32 and its arguments, and is answered by a u32 0.</summary>
internal sealed class MssimPort(ServerAddress address, SocketTimes times, Action greet, Func<bool>? askToStop = null) : IDisposable
{
    private readonly ServerChannel _channel = new(address, times, greet, askToStop);

    /// <summary>Connects, where that isn't so.</summary>
    public void Connect() => _channel.Ready();

    /// <summary>Sends a request and takes its answer.</summary>
    public void Request(MssimRequest request, ReadOnlySpan<byte> arguments = default)
    {
        Send(request, arguments);
        ReceiveAnswer(request);
    }

    /// <summary>Sends a request whose answer is taken later.</summary>
    public void Send(MssimRequest request, ReadOnlySpan<byte> arguments = default)
    {
        Span<byte> message = stackalloc byte[sizeof(uint) + arguments.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)request);
        arguments.CopyTo(message[sizeof(uint)..]);
        _channel.Send(message);
    }

    public void ReceiveAnswer(MssimRequest request)
    {
        Span<byte> answer = stackalloc byte[sizeof(uint)];
        _channel.Receive(answer, times.Request);
        uint result = BinaryPrimitives.ReadUInt32BigEndian(answer);
        if (result != 0)
        {
            _channel.Drop();
            throw new TpmTransportException(
                TpmFault.ProtocolViolation,
                $"What listens at {address} does not answer {request} as Microsoft's TPM 2.0 simulator does.",
                string.Create(CultureInfo.InvariantCulture, $"it answered 0x{result:X8}, not 0"),
                "If it is swtpm, use swtpm:… .");
        }
    }

    /// <summary>Sends one framed command and receives its framed response.</summary>
    public int Exchange(ReadOnlySpan<byte> message, Span<byte> answer, TimeSpan time, CancellationToken cancellationToken) =>
        _channel.Exchange(message, answer, Framing.Mssim, time, cancellationToken);

    public bool Interrupt() => _channel.Interrupt();

    public void Drop() => _channel.Drop();

    /// <summary>Ends the session, so that the simulator is ready for its next client at once.</summary>
    public void Dispose()
    {
        _channel.TrySend([0, 0, 0, (byte)MssimRequest.SessionEnd]);
        _channel.Dispose();
    }
}
