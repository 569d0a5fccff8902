using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>
/// A server that takes plain command bytes on a stream socket and answers with plain response bytes: tpmd of the ETH
/// TPM emulator, and whatever else forwards to a TPM without a protocol of its own. There is no way to ask such a
/// server to stop, so cancelling gives up the connection.
/// </summary>
public sealed class RawTransport : TpmTransport
{
    private readonly ServerChannel _channel;
    private readonly SocketTimes _times;

    private RawTransport(TransportSettings settings)
    {
        _times = new SocketTimes(settings);
        ServerAddress server = ServerAddress.From(
            settings, Descriptor, "the TPM server", "Start the server, or name the socket that it listens on. tpmd of the ETH TPM emulator: tpmd -f -u /run/tpmd.sock, then raw:path=/run/tpmd.sock");
        Info = new TpmTransportInfo { Kind = Descriptor.Name, Name = settings.ConnectionString };
        _channel = new ServerChannel(server, _times);
        _channel.Ready();
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "raw",
        Summary = "plain command bytes over TCP or a Unix socket (tpmd of the ETH TPM emulator)",
        Example = "raw:path=/var/run/tpm/tpmd_socket:0",
        Options = [.. ServerAddress.Options(defaultPort: null), .. SocketTimes.Options],
        Open = settings => new RawTransport(settings),
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken) =>
        _channel.Exchange(command, response, Framing.Plain, _times.Answer(command), cancellationToken);

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken) => _channel.Drop();

    /// <inheritdoc/>
    protected override void Interrupt() => _channel.Interrupt();

    /// <inheritdoc/>
    protected override void Release() => _channel.Dispose();
}
