using System.Text;
using TpmHw.Cli.Commands;
using TpmHw.Cli.Info;
using TpmHw.Cli.Output;
using TpmHw.Spec;

namespace TpmHw.Cli.Tests;

/// <summary>Which TPM is the right one, and whether commands are protected: --pin, --trust, --no-protection.</summary>
public sealed class ProtectionTests : IDisposable
{
    private const string Digits = "000b5555555555555555555555555555555555555555555555555555555555555555";

    private static readonly string[] s_unprotected = [.. CommandTable.Rows.Where(static r => r.Build().WhyUnprotected is not null).Select(static r => r.Name)];

    private readonly TemporaryFolder _folder = new();

    private string Pin => _folder.File("tpm.pin");

    private string Recording => _folder.File("session.tpmrec");

    public static TheoryData<string> Unprotected => [.. s_unprotected];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Unprotected))]
    public void A_command_that_protects_nothing_says_so_in_its_help_and_refuses_a_pin_and_a_trust(string command)
    {
        string[] rest = command is "replay" or "decode" or "rc-decode" ? ["1"] : [];

        Assert.Contains("\n--pin and --trust are not for this command: ", CliRun.Of(command, "--help").Text, StringComparison.Ordinal);
        foreach (string option in (string[])["--pin", "--trust"])
        {
            CliRun run = CliRun.OnNewTpm([command, .. rest, option, Pin]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains($"'{command}' has no use for --pin and --trust", run.ErrorText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Commands_that_pass_bytes_on_are_among_them_and_those_that_make_commands_are_not()
    {
        Assert.Superset(new HashSet<string> { "transmit", "pipe", "serve" }, s_unprotected.ToHashSet());
        Assert.DoesNotContain(s_unprotected, static name => name is "getrandom" or "info" or "pcrextend");
    }

    [Fact]
    public void A_pin_in_a_connection_string_is_refused_where_bytes_are_passed_on()
    {
        Assert.Equal(2, CliRun.Of("transmit", "80010000000c000001440000", "--tpm", $"libtpms:pin={Pin}").ExitCode);
    }

    [Theory]
    [InlineData("--no-protection", "--pin", "x")]
    [InlineData("--no-protection", "--trust", "x")]
    [InlineData("--pin", "")]
    [InlineData("--tpm", "libtpms:pin=x", "--pin", "x")]
    [InlineData("--tpm", "libtpms:pin=x", "--no-protection")]
    [InlineData("--tpm", "libtpms:protect=off", "--pin", "x")]
    public void Contradictions_are_bad_usage(params string[] options)
    {
        string[] tpm = options.Contains("--tpm") ? [] : ["--tpm", "libtpms"];

        Assert.Equal(2, CliRun.Of(["getrandom", "1", .. options, .. tpm]).ExitCode);
    }

    [Fact]
    public void The_first_use_makes_the_pin_and_the_second_checks_it()
    {
        string[] state = ["--tpm", $"libtpms:{_folder.File("state")}"];

        Assert.Equal(0, CliRun.Of(["getrandom", "1", "--pin", Pin, .. state]).ExitCode);
        Assert.True(File.Exists(Pin), "no pin was made");
        Assert.Equal("pinned", CliRun.Of(["info", "--pin", Pin, "--json", .. state]).Json.GetProperty("bus").GetProperty("protection").GetString());
        Assert.Equal(6, CliRun.OnNewTpm("getrandom", "1", "--pin", Pin).ExitCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_TPM_than_the_pinned_one_is_refused_with_the_name_of_the_pin(bool byOption)
    {
        new TpmPinFile(Pin).Keep(Convert.FromHexString(Digits));

        CliRun run = byOption ? CliRun.OnNewTpm("getrandom", "1", "--json", "--pin", Pin) : CliRun.Of("getrandom", "1", "--json", "--tpm", $"libtpms:pin={Pin}");

        Assert.Equal(6, run.ExitCode);
        Assert.Contains("\"TpmReplaced\"", run.ErrorText, StringComparison.Ordinal);
        Assert.Contains($"remove the file '{Pin}'", System.Text.Json.JsonDocument.Parse(run.ErrorText).RootElement.GetProperty("error").GetProperty("advice").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_TPM_that_nobody_vouches_for_is_refused()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=maker", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder.File("root.pem"), root.ExportCertificatePem());

        CliRun run = CliRun.OnNewTpm("getrandom", "1", "--trust", _folder.File("root.pem"));

        Assert.Equal(6, run.ExitCode);
        Assert.Contains("what --trust names", run.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_that_is_damaged_and_roots_that_are_not_there_are_errors()
    {
        File.WriteAllText(Pin, "words");

        Assert.Equal(1, CliRun.OnNewTpm("getrandom", "1", "--pin", Pin).ExitCode);
        Assert.Equal(1, CliRun.OnNewTpm("getrandom", "1", "--trust", _folder.File("nothing")).ExitCode);
    }

    [Theory]
    [InlineData("getrandom", "1")]
    [InlineData("info")]
    [InlineData("reset", "--startup")]
    public void A_TPM_1_2_can_not_prove_which_one_it_is(params string[] command)
    {
        CliRun run = CliRun.Of([.. command, "--tpm", "libtpms:version=1.2", "--pin", Pin]);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("can't prove which TPM it is", run.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(Pin));
    }

    [Fact]
    public void A_recording_of_a_protected_bus_comes_with_a_note_and_is_not_sent_again()
    {
        CliRun recorded = CliRun.Of("getrandom", "4", "--tpm", "sim:spi", "--record", Recording);
        string second = _folder.File("second.tpmrec");
        CliRun replayed = CliRun.OnNewTpm("replay", Recording, "--codes", "--record", second);

        Assert.Contains("can't be replayed", recorded.ErrorText, StringComparison.Ordinal);
        Assert.Contains("--no-protection", recorded.ErrorText, StringComparison.Ordinal);
        Assert.Equal(6, replayed.ExitCode);
        Assert.Contains("This recording can't be replayed", replayed.ErrorText, StringComparison.Ordinal);
        Assert.Contains("--no-protection", replayed.ErrorText, StringComparison.Ordinal);
        Assert.False(File.Exists(second), "something was sent");
        Assert.Equal(0, CliRun.Of("replay", "--show", Recording).ExitCode);
    }

    [Fact]
    public void Without_protection_a_recording_is_plain_and_can_be_replayed()
    {
        CliRun recorded = CliRun.Of("getrandom", "4", "--hex", "--tpm", "sim:spi", "--record", Recording, "--no-protection");

        Assert.Empty(recorded.ErrorText);
        Assert.Contains(recorded.Text, File.ReadAllText(Recording).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, CliRun.OnNewTpm("replay", Recording, "--codes").ExitCode);
        Assert.Equal(recorded.Text, CliRun.Of("getrandom", "4", "--hex", "--tpm", $"replay:{Recording}").Text);
    }

    /// <summary>An error is the only JSON document on standard error.</summary>
    [Fact]
    public void With_json_there_is_no_note()
    {
        Assert.Empty(CliRun.Of("getrandom", "4", "--tpm", "sim:spi", "--record", Recording, "--json").ErrorText);
    }

    [Theory]
    [InlineData(0x40000007, "00", true)] // HMAC, unsalted
    [InlineData(0x40000007, "01", false)] // policy
    [InlineData(0x80000000, "01", true)] // policy, salted
    public void Whether_a_session_depends_on_nonces_is_seen_from_its_beginning(uint key, string type, bool depends)
    {
        byte[] command = Convert.FromHexString($"80010000002b00000176{key:x8}400000070010{new string('5', 32)}0000{type}0010000b");

        Assert.Equal(depends, SessionBeginning.DependsOnNonces(command));
        Assert.False(SessionBeginning.DependsOnNonces(command[..20]));
    }

    [Fact]
    public void Info_tells_how_the_bus_is_protected()
    {
        Assert.Contains("\nBus\n  protection  off: ", CliRun.OnNewTpm("info").Text, StringComparison.Ordinal);
        Assert.Contains("\nBus\n  protection  unverified: ", CliRun.Of("info", "--tpm", "sim:spi").Text, StringComparison.Ordinal);
        Assert.Contains("off: commands", CliRun.Of(["info", "--tpm", "sim:spi", "--no-protection"], terminal: true).Text, StringComparison.Ordinal);
        Assert.Equal("off", CliRun.OnNewTpm("info", "--json").Json.GetProperty("bus").GetProperty("protection").GetString());
    }

    [Fact]
    public void Info_tells_the_key_that_protects_the_bus()
    {
        var bus = CliRun.Of("info", "--tpm", "sim:spi", "--json").Json.GetProperty("bus");

        Assert.Equal("ecc", bus.GetProperty("key_type").GetString());
        Assert.Equal("NIST_P256", bus.GetProperty("key_size").GetString());
        Assert.Matches("^000b[0-9a-f]{64}$", bus.GetProperty("key_name").GetString());
    }

    [Fact]
    public void What_is_told_of_the_bus_is_its_level_key_name_and_certificate()
    {
        var ecc = new BusProtection(BusProtectionLevel.Pinned, Convert.FromHexString(Digits), TpmTemplates.EndorsementEcc);
        var rsa = new BusProtection(BusProtectionLevel.Verified, Convert.FromHexString(Digits), TpmTemplates.EndorsementRsa, "CN=TPM 7");

        Assert.Equal($"Bus\n  protection  pinned: the TPM has the key that is remembered\n  key         ecc NIST_P256\n  its Name    {Digits}\n", Plain(ecc));
        Assert.Equal(
            $"Bus\n  protection   verified: the TPM's maker has certified its key\n  key          rsa 2048\n  its Name     {Digits}\n  certificate  CN=TPM 7\n",
            Plain(rsa));
    }

    private static string Plain(BusProtection bus)
    {
        var text = new StringBuilder();
        PlainPage.Write(new Page().Bus(bus), text);
        return text.ToString();
    }
}
