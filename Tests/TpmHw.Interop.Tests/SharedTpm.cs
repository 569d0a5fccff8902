using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Wire;

namespace TpmHw.Interop.Tests;

/// <summary>
/// One swtpm for everything that asks both sides: it serves one client at a time, so these tests run one after another.
/// </summary>
[CollectionDefinition(Name)]
public sealed class SharedTpm : ICollectionFixture<SharedTpm>, IAsyncLifetime, IDisposable
{
    public const string Name = "one swtpm";

    private readonly SwtpmProcess _swtpm = new();
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("tpmhw-");

    /// <summary>Both sides look here when no option says otherwise.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["TPM2TOOLS_TCTI"] = _swtpm.ConnectionString,
        ["TPMHW_TPM"] = null,
    };

    /// <summary>A folder for files.</summary>
    public string Scratch => _scratch.FullName;

    /// <summary>Gives the TPM something to tell: PCRs that were extended, objects, sessions, an index, an authorization.</summary>
    public async Task InitializeAsync()
    {
        string zeroes = new('0', 64);
        await Prepare("pcrextend", $"0:sha1={zeroes[..40]},sha256={zeroes}", $"16:sha384={new string('7', 96)},sha512={new string('c', 128)}");
        await Prepare("createprimary", "-Q", "-C", "o", "-g", "sha256", "-G", "ecc", "-c", "primary.ctx");
        await Prepare("evictcontrol", "-Q", "-C", "o", "-c", "primary.ctx", "0x81000001");
        await Prepare("nvdefine", "-Q", "-C", "o", "-s", "32", "0x1500016");
        await Prepare("startauthsession", "-S", "session.ctx"); // saved as soon as it is made
        await Prepare("changeauth", "-c", "e", "endorsed");
        await StartSession("hmac", 0x00);   // these two stay loaded
        await StartSession("policy", 0x01);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _swtpm.Dispose();
        _scratch.Delete(recursive: true);
    }

    /// <summary>Runs a command of tpm2-tools.</summary>
    public Task<ProgramRun> Tpm2(params string[] arguments) => ProgramRun.Of("tpm2", arguments, Environment, Scratch);

    /// <summary>Runs a command of <c>tpmhw</c>.</summary>
    public Task<ProgramRun> Tpmhw(params string[] arguments) => ProgramRun.Of(Repository.Tpmhw, arguments, Environment, Scratch);

    private async Task StartSession(string name, byte type)
    {
        await File.WriteAllBytesAsync(Path.Combine(Scratch, name), RawCommands.Command(TpmHeader.NoSessions, 0x176,
        [
            0x40, 0, 0, 7, 0x40, 0, 0, 7,       // tpmKey and bind: TPM_RH_NULL
            0, 16, .. new byte[16], 0, 0,       // nonceCaller, no salt
            type, 0, 0x10, 0, 0x0B,             // TPM_SE, TPM_ALG_NULL, TPM_ALG_SHA256
        ]));
        await Prepare("send", "-o", name + ".response", name);
    }

    private async Task Prepare(params string[] arguments) => (await Tpm2(arguments)).Succeeded();
}
