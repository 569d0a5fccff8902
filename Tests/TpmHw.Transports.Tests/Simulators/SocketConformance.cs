using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

// The contract, on every transport over sockets and every kind of socket. First in front of a real swtpm.

public abstract class SwtpmConformance(SwtpmOptions options) : TransportConformance, IDisposable
{
    private readonly SwtpmProcess _swtpm = new(options);

    public void Dispose()
    {
        _swtpm.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override ITpmTransport Open() => TransportCatalog.Default.Open(_swtpm.ConnectionString);
}

public sealed class SwtpmUnixConformance() : SwtpmConformance(new SwtpmOptions());

public sealed class SwtpmTcpConformance() : SwtpmConformance(new SwtpmOptions { OverTcp = true });

public sealed class SwtpmWithoutControlConformance() : SwtpmConformance(new SwtpmOptions { HasControl = false });

// A TPM 1.2 makes its endorsement key when it starts, which takes a while: one for all tests of a class.

public abstract class Tpm12Conformance(SwtpmProcess swtpm, string kind) : TransportConformance
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    protected override ITpmTransport Open() => TransportCatalog.Default.Open(swtpm.ConnectionStringOf(kind));
}

public sealed class Tpm12OnUnix : IDisposable
{
    public SwtpmProcess Swtpm { get; } = new(new SwtpmOptions { Family = TpmFamily.Tpm12 });

    public void Dispose() => Swtpm.Dispose();
}

public sealed class Tpm12OnTcp : IDisposable
{
    public SwtpmProcess Swtpm { get; } = new(new SwtpmOptions { Family = TpmFamily.Tpm12, OverTcp = true });

    public void Dispose() => Swtpm.Dispose();
}

public sealed class SwtpmUnixTpm12Conformance(Tpm12OnUnix fixture) : Tpm12Conformance(fixture.Swtpm, "swtpm"), IClassFixture<Tpm12OnUnix>;

public sealed class SwtpmTcpTpm12Conformance(Tpm12OnTcp fixture) : Tpm12Conformance(fixture.Swtpm, "swtpm"), IClassFixture<Tpm12OnTcp>;

public sealed class RawUnixTpm12Conformance(Tpm12OnUnix fixture) : Tpm12Conformance(fixture.Swtpm, "raw"), IClassFixture<Tpm12OnUnix>;

public sealed class RawTcpTpm12Conformance(Tpm12OnTcp fixture) : Tpm12Conformance(fixture.Swtpm, "raw"), IClassFixture<Tpm12OnTcp>;

// Then in front of a far side that lies, falls silent or goes away.

public abstract class RawServerConformance(string kind, SocketKind sockets) : UnreliableTransportConformance
{
    private RawServer? _server;

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

public sealed class RawUnixConformance() : RawServerConformance("raw", SocketKind.Unix);

public sealed class RawTcpConformance() : RawServerConformance("raw", SocketKind.TcpV4);

public sealed class RawTcpV6Conformance() : RawServerConformance("raw", SocketKind.TcpV6);

public sealed class LyingSwtpmUnixConformance() : RawServerConformance("swtpm", SocketKind.Unix);

public sealed class LyingSwtpmTcpConformance() : RawServerConformance("swtpm", SocketKind.TcpV4);

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
