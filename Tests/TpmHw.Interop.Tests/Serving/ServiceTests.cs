using System.Net.Sockets;
using System.Text;
using TpmHw.Testing.Programs;
using TpmHw.Testing.Sharing;
using TpmHw.Transports;

namespace TpmHw.Interop.Tests.Serving;

/// <summary><c>tpmhw serve</c> as a service, and as a sniffer.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("service").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_tells_the_service_manager_when_it_serves_and_when_it_stops()
    {
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };
        manager.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "notify")));
        await using ServedTpm served = await ServedTpm.Start(
            1, new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path.Combine(_folder, "notify") }, "--tpm", "libtpms", "--listen", "raw:path=" + Path.Combine(_folder, "s"));
        Assert.Equal("READY=1", Told(manager));
        Assert.Equal(0, (await served.Stop()).ExitCode);
        Assert.Equal("STOPPING=1", Told(manager));

        static string Told(Socket manager)
        {
            byte[] bytes = new byte[64];
            return Encoding.UTF8.GetString(bytes, 0, manager.Receive(bytes));
        }
    }

    [Theory]
    [InlineData("tpmhw-serve")]
    [InlineData("tpmhw-vtpm")]
    [Trait("Needs", "systemd")]
    public async Task The_unit_is_one_that_systemd_understands(string name)
    {
        string unit = Path.Combine(_folder, $"{name}.service");
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, $"Tools/systemd/{name}.service"));
        await File.WriteAllTextAsync(unit, text.Replace("/usr/bin/tpmhw", Repository.Tpmhw, StringComparison.Ordinal));
        ProgramRun run = (await ProgramRun.Of("systemd-analyze", ["verify", unit])).Succeeded();
        Assert.DoesNotContain(name, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_client_is_recorded_as_it_sees_the_TPM()
    {
        string socket = Path.Combine(_folder, "s"), recording = Path.Combine(_folder, "r.txt");
        await using (ServedTpm served = await ServedTpm.Start(1, "--tpm", "libtpms", "--listen", "raw:path=" + socket, "--record", recording, "--per-client"))
        {
            using (var first = new TpmClient(TransportCatalog.Default.Open("raw:path=" + socket)))
            {
                first.LoadKey([1]);
            }

            using (var second = new TpmClient(TransportCatalog.Default.Open("raw:path=" + socket)))
            {
                second.Random();
            }

            Assert.Equal(0, (await served.Stop()).ExitCode);
        }

        Assert.False(File.Exists(recording));
        using var replayed = new TpmClient(TransportCatalog.Default.Open("replay:" + Path.Combine(_folder, "r-1.txt")));
        Assert.Equal(0x80000000u, replayed.LoadKey([1]).Handle);
        Assert.DoesNotContain("00000167", await File.ReadAllTextAsync(Path.Combine(_folder, "r-2.txt")), StringComparison.Ordinal); // TPM2_LoadExternal
    }
}
