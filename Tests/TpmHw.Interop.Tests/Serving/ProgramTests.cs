using System.Globalization;
using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests.Serving;

/// <summary>
/// Programs that are not on every machine, on <c>tpmhw serve</c>. test.sh installs what they need, or says that it
/// leaves them out.
/// </summary>
public sealed class ProgramTests : IDisposable
{
    private static readonly string s_scripts = Path.Combine(Repository.Root, "Tests/TpmHw.Interop.Tests/Serving");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("programs");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Trait("Needs", "tpm2-openssl")]
    public async Task OpenSSL_signs_decrypts_and_serves_TLS_with_keys_of_the_TPM()
    {
        string socket = Path.Combine(_folder.FullName, "s");
        await using ServedTpm served = await ServedTpm.Start(2, "--tpm", "sim:spi", "--listen", "swtpm:path=" + socket);
        ProgramRun run = await Script("openssl.sh", new() { ["TPM2OPENSSL_TCTI"] = "swtpm:path=" + socket });
        Assert.Equal(
            """
            -----BEGIN TSS2 PRIVATE KEY-----
            Verified OK
            decrypted: a message
            cert.pem: OK
            Peer signature type: ECDSA
            Verification: OK
            Peer signature type: ECDSA
            Verification: OK
            end

            """,
            run.Output);
    }

    [Fact]
    [Trait("Needs", "tss2")]
    public async Task The_utilities_of_IBMs_TSS_leave_keys_and_sessions_to_one_another()
    {
        (ServedTpm started, int port) = await ServedTpm.StartOnPort(2, static port => ["--tpm", "sim:spi", "--listen", Text($"mssim:port={port},one-client=yes")]);
        await using ServedTpm served = started;
        ProgramRun run = await Script(
            "tss.sh", new() { ["TPM_SERVER_NAME"] = "127.0.0.1", ["TPM_COMMAND_PORT"] = Text($"{port}"), ["TPM_PLATFORM_PORT"] = Text($"{port + 1}") });
        Assert.Equal(
            """
            Handle 80000000
            Handle 80000001
            signature verified
            TPM_RC_BAD_AUTH
            Handle 02…
            signature by session verified
            Handle 80000002
            Handle 80000003
            Handle 80000004
            0ff8d3299695e317e022ea52c6d8215e955a15fd42bcdb43e8daef21fb3d603d
            Handle 80000005
            unsealed: sealed
             nvread: data length 13
             6b 65 70 74 20 66 6f 72 20 67 6f 6f 64 
            quote believed
            0 handles
            end

            """,
            run.Output);
    }

    [Fact]
    [Trait("Needs", "trousers")]
    public async Task TrouSerS_uses_a_TPM_of_version_1_2()
    {
        (ServedTpm started, int port) = await ServedTpm.StartOnPort(1, static port => ["--tpm", "sim:spi,version=1.2", "--listen", Text($"raw:port={port}")]);
        await using ServedTpm served = started;
        ProgramRun run = await Script("trousers.sh", [], Text($"{port}"), Text($"{ServedTpm.FreePort()}"));
        Assert.Equal(
            """
            Chip Version:        1.2
            tested
            Public Endorsement Key
            owned
            code=0008
            unsealed: sealed by a TPM 1.2
            00000000  6b 65 70 74 20 66 6f 72 20 67 6f 6f 64           kept for good
            end

            """,
            run.Output);
    }

    private async Task<ProgramRun> Script(string name, Dictionary<string, string?> environment, params string[] arguments) => (await ProgramRun.Of(
        "bash", [Path.Combine(s_scripts, name), .. arguments], environment, _folder.CreateSubdirectory("here").FullName, TimeSpan.FromMinutes(2))).Succeeded();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
