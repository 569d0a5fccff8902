using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

// The contract, on every transport over sockets and every kind of socket. First in front of a real swtpm.

public abstract class SwtpmConformance(SwtpmOptions options) : TransportConformance, IDisposable
{
    private readonly SwtpmProcess _swtpm = new(options);

    protected override TpmFamily Family => options.Family;

    public void Dispose()
    {
        _swtpm.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override ITpmTransport Open() => TransportCatalog.Default.Open(_swtpm.ConnectionString);
}

public sealed class SwtpmUnixConformance() : SwtpmConformance(new SwtpmOptions());

public sealed class SwtpmTcpConformance() : SwtpmConformance(new SwtpmOptions { OverTcp = true });

public sealed class SwtpmUnixTpm12Conformance() : SwtpmConformance(new SwtpmOptions { Family = TpmFamily.Tpm12 });

public sealed class SwtpmTcpTpm12Conformance() : SwtpmConformance(new SwtpmOptions { Family = TpmFamily.Tpm12, OverTcp = true });

public sealed class SwtpmWithoutControlConformance() : SwtpmConformance(new SwtpmOptions { HasControl = false });

// Then in front of a far side that lies, falls silent or goes away.

public abstract class RawServerConformance(string kind, SocketKind sockets, TpmFamily family) : UnreliableTransportConformance
{
    private RawServer? _server;

    protected override TpmFamily Family => family;

    private RawServer Server => _server ??= new RawServer(Far, sockets);

    public override void Dispose()
    {
        _server?.Dispose();
        base.Dispose();
    }

    protected override ITpmTransport Open() => TransportCatalog.Default.Open($"{kind}:{Server.Listener.Options}");

    protected override ITpmTransport OpenImpatiently() =>
        TransportCatalog.Default.Open($"{kind}:{Server.Listener.Options},timeout={Timeout.TotalMilliseconds}");
}

public sealed class RawUnixConformance() : RawServerConformance("raw", SocketKind.Unix, TpmFamily.Tpm20);

public sealed class RawTcpConformance() : RawServerConformance("raw", SocketKind.TcpV4, TpmFamily.Tpm20);

public sealed class RawTcpV6Conformance() : RawServerConformance("raw", SocketKind.TcpV6, TpmFamily.Tpm20);

public sealed class RawUnixTpm12Conformance() : RawServerConformance("raw", SocketKind.Unix, TpmFamily.Tpm12);

public sealed class RawTcpTpm12Conformance() : RawServerConformance("raw", SocketKind.TcpV4, TpmFamily.Tpm12);

public sealed class LyingSwtpmUnixConformance() : RawServerConformance("swtpm", SocketKind.Unix, TpmFamily.Tpm20);

public sealed class LyingSwtpmTcpConformance() : RawServerConformance("swtpm", SocketKind.TcpV4, TpmFamily.Tpm20);

public abstract class MssimConformance(SocketKind sockets) : UnreliableTransportConformance
{
    private MssimServer? _server;

    private MssimServer Server => _server ??= new MssimServer(Far, sockets);

    public override void Dispose()
    {
        _server?.Dispose();
        base.Dispose();
    }

    protected override ITpmTransport Open() => TransportCatalog.Default.Open(Server.ConnectionString);

    protected override ITpmTransport OpenImpatiently() =>
        TransportCatalog.Default.Open($"{Server.ConnectionString},timeout={Timeout.TotalMilliseconds}");
}

public sealed class MssimUnixConformance() : MssimConformance(SocketKind.Unix);

public sealed class MssimTcpConformance() : MssimConformance(SocketKind.TcpV4);

public sealed class MssimTcpV6Conformance() : MssimConformance(SocketKind.TcpV6);
