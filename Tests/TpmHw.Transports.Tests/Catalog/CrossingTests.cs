using TpmHw.Testing;
using TpmHw.Transports.Tests.Processes;

namespace TpmHw.Transports.Tests.Catalog;

/// <summary>Which ways to a TPM cross a bus: all but those that are known to stay in this process.</summary>
public sealed class CrossingTests : IDisposable
{
    private readonly FarSide _far = new();

    public void Dispose() => _far.Dispose();

    [Theory]
    [InlineData(SocketKind.Unix)]
    [InlineData(SocketKind.TcpV4)]
    public void A_socket_does_not_know_what_lies_behind_it(SocketKind kind)
    {
        using var mssim = new MssimServer(_far, kind);
        using var raw = new RawServer(_far, kind);
        using var swtpm = new SwtpmProcess(new() { OverTcp = kind != SocketKind.Unix });

        Assert.True(Crosses(mssim.ConnectionString));
        Assert.True(Crosses($"raw:{raw.Listener.Options}"));
        Assert.True(Crosses(swtpm.ConnectionString));
    }

    [Fact]
    public void Nor_does_a_program()
    {
        using var raw = new RawServer(_far, SocketKind.TcpV4);

        Assert.True(Crosses("cmd:" + Relay.To(raw.Listener)));
    }

    [Fact]
    public void A_software_TPM_in_this_process_and_a_recording_cross_nothing()
    {
        string recording = Path.GetTempFileName();
        try
        {
            File.WriteAllText(recording, "tpmhw-recording 1\n");

            Assert.False(Crosses("libtpms"));
            Assert.False(Crosses($"replay:{recording}"));
        }
        finally
        {
            File.Delete(recording);
        }
    }

    private static bool Crosses(string connectionString)
    {
        using ITpmTransport transport = TransportCatalog.Default.Open(connectionString);
        return transport.Info.CrossesWire;
    }
}
