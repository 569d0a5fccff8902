using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Transports;

namespace TpmHw.Interop.Tests;

/// <summary>A TPM as swtpm_setup makes it, with endorsement certificates by a local authority (swtpm_localca).</summary>
public sealed class EndorsementCertificateTests : IDisposable
{
    private static readonly TpmHandle s_ecc384Certificate = new(0x01C00016);

    private readonly DirectoryInfo _authority = Directory.CreateTempSubdirectory("swtpm-localca-");
    private readonly SwtpmProcess _swtpm;

    public EndorsementCertificateTests() => _swtpm = new(new() { Prepare = Make });

    [Fact]
    public void The_maker_vouches_for_each_of_its_keys_persistent_or_made_anew()
    {
        Verifies();
        using (var platform = new Tpm2(TransportCatalog.Default.Open(_swtpm.ConnectionString), new() { ProtectBus = false }))
        {
            TpmHandle[] keys = Persistent(platform);
            Assert.NotEmpty(keys);
            foreach (TpmHandle key in keys)
            {
                platform.Commands.EvictControl(key.Value < 0x81800000 ? TpmRh.Owner : TpmRh.Platform, key, key);
            }
        }

        Verifies();
        using (var platform = new Tpm2(TransportCatalog.Default.Open(_swtpm.ConnectionString), new() { ProtectBus = false }))
        {
            platform.Commands.NvUndefineSpace(TpmRh.Platform, s_ecc384Certificate);
        }

        Verifies(); // by RSA
    }

    [Fact]
    public void Another_authority_does_not_vouch_for_it()
    {
        using Tpm2 tpm = Open(new([Read("issuercert.pem")]));
        Assert.Equal(TpmSessionFault.NotCertified, Assert.Throws<TpmSessionException>(() => tpm.GetRandom(16)).Fault);
    }

    /// <summary>The same by the files that the authority has made: as roots of a program, a connection string and the command line.</summary>
    [Fact]
    public async Task What_vouches_for_it_can_be_a_folder_of_certificates()
    {
        string roots = Directory.CreateDirectory(Path.Combine(_authority.FullName, "roots")).FullName;
        foreach (string name in (string[])["swtpm-localca-rootca-cert.pem", "issuercert.pem"])
        {
            File.Copy(Path.Combine(_authority.FullName, name), Path.Combine(roots, name));
        }

        using (Tpm2 tpm = Open(EndorsementTrust.Load(roots)))
        {
            tpm.GetRandom(8);
            Assert.Equal(BusProtectionLevel.Verified, tpm.BusProtection.Level);
        }

        using (var tpm = Tpm2.Open($"{_swtpm.ConnectionString},trust={roots}"))
        {
            tpm.GetRandom(8);
            Assert.Equal(BusProtectionLevel.Verified, tpm.BusProtection.Level);
        }

        (string Place, string Command)[] shown = [.. DocumentationTests.Shown().Where(static s => DocumentationTests.NeedsMaker(s.Command))];
        Assert.NotEmpty(shown);
        foreach ((string place, string command) in shown)
        {
            string[] arguments = [.. command.Split(' ')[1..], "--tpm", _swtpm.ConnectionString];
            ProgramRun run = await ProgramRun.Of(Repository.Tpmhw, arguments, folder: _authority.FullName);
            Assert.True(run.ExitCode == 0, $"{place}: {run}");
        }
    }

    public void Dispose()
    {
        _swtpm.Dispose();
        _authority.Delete(recursive: true);
    }

    private static TpmHandle[] Persistent(Tpm2 tpm) =>
        [.. ((TpmuCapabilities.Handles)tpm.Commands.GetCapability(TpmCap.Handles, 0x81000000, 64).CapabilityData.Data).Items];

    private void Verifies()
    {
        using Tpm2 tpm = Open(new([Read("swtpm-localca-rootca-cert.pem")], [Read("issuercert.pem")]));
        Assert.Equal(16, tpm.GetRandom(16).Length);
        Assert.Equal(BusProtectionLevel.Verified, tpm.BusProtection.Level);
    }

    private Tpm2 Open(EndorsementTrust trust) =>
        new(TransportCatalog.Default.Open(_swtpm.ConnectionString), new() { ProtectBus = true, EndorsementTrust = trust });

    private X509Certificate2 Read(string name) => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_authority.FullName, name));

    private void Make(string state)
    {
        string Write(string name, params string[] lines)
        {
            string path = Path.Combine(_authority.FullName, name);
            File.WriteAllLines(path, lines);
            return path;
        }

        string options = Write("options", "--platform-manufacturer maker", "--platform-version 1", "--platform-model model");
        string authority = Write(
            "authority.conf",
            $"statedir = {_authority.FullName}",
            $"signingkey = {_authority.FullName}/signkey.pem",
            $"issuercert = {_authority.FullName}/issuercert.pem",
            $"certserial = {_authority.FullName}/certserial");
        string setup = Write(
            "setup.conf",
            "create_certs_tool = swtpm_localca",
            $"create_certs_tool_config = {authority}",
            $"create_certs_tool_options = {options}");
        ProgramRun.Of("swtpm_setup", ["--tpm2", "--tpmstate", state, "--config", setup, "--create-ek-cert"]).GetAwaiter().GetResult().Succeeded();
    }
}
