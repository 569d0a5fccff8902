using System.Globalization;
using TpmHw.Testing;
using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests.Serving;

/// <summary>Other people's programs on <c>tpmhw serve</c> do what they do on swtpm itself.</summary>
public sealed class ServeTests : IDisposable
{
    private static readonly string s_script = Path.Combine(Repository.Root, "Tests/TpmHw.Interop.Tests/Serving/tpm2-tools.sh");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serve");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Tpm2_tools_say_the_same_through_it_as_straight_on_swtpm()
    {
        string socket = Path.Combine(_folder.FullName, "s");
        using var swtpm = new SwtpmProcess();
        (ServedTpm started, int port) = await ServedTpm.StartOnPort(
            4, port => ["--tpm", "sim:spi", "--listen", "swtpm:path=" + socket, "--listen", string.Create(CultureInfo.InvariantCulture, $"mssim:port={port}")]);
        await using ServedTpm served = started;

        ProgramRun straight = (await Script("straight", swtpm.ConnectionString)).Succeeded();
        ProgramRun bySwtpm = (await Script("swtpm", "swtpm:path=" + socket)).Succeeded();
        ProgramRun byMssim = (await Script("mssim", string.Create(CultureInfo.InvariantCulture, $"mssim:host=127.0.0.1,port={port}"))).Succeeded();

        Assert.EndsWith("end\n", straight.Output, StringComparison.Ordinal);
        Assert.Equal(straight.Output, bySwtpm.Output);
        Assert.Equal(straight.Output, byMssim.Output);
        (int exitCode, string log) = await served.Stop();
        Assert.Equal(0, exitCode);
        Assert.Matches("^ *[0-9.]+ ms  stopped\n$", log);
        Assert.False(File.Exists(socket));
    }

    private Task<ProgramRun> Script(string folder, string tcti) => ProgramRun.Of(
        "bash", [s_script], new Dictionary<string, string?> { ["TPM2TOOLS_TCTI"] = tcti }, _folder.CreateSubdirectory(folder).FullName, TimeSpan.FromMinutes(3));
}
