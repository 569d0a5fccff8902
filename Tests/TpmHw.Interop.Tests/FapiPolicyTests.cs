using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Interop.Tests;

/// <summary>
/// tpm2-tss gives objects the same policies: it imports the examples of Tests/Policies, and what TpmHw writes of them, and
/// seals data with each. Its programs (tss2_import and others) come with tpm2-tools.
/// </summary>
public sealed class FapiPolicyTests : IDisposable
{
    private const string Key = "/HS/SRK/approver";
    private const string Index = "/nv/Owner/policies";

    // tpm2-tss 3.2 takes no template as TCG has it; before a choice that is not the first element it clears all of the digest
    // but two bytes, so that its policy is none that a TPM satisfies (trial sessions agree with TpmHw); and it leaves
    // the Name of a PolicySigned's key out of the digest unless the key is in PEM.
    private static readonly HashSet<string> s_notTheirs = ["template", "or-in-or", "signed-key"];

    // What it takes only by paths or in PEM, which TpmHw does not write.
    private static readonly HashSet<string> s_onlyByPath = ["namehash", "duplicationselect", "signed-ecc", "signed-key", "signed-rsa"];

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("tpmhw-");
    private readonly SwtpmProcess _swtpm = new(new() { OverTcp = true });

    [Fact]
    public async Task The_same_policies_have_the_same_digests()
    {
        await Prepare();
        TpmtPublic keyArea = await PublicArea(Key);
        int compared = 0;
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "Tests", "Policies"), "*.json").Order())
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (s_notTheirs.Contains(name))
            {
                continue;
            }

            TpmPolicy policy = Read(await File.ReadAllTextAsync(file), keyArea);
            Tpm2bDigest theirs = await Seal(name, file);
            Assert.True(theirs == policy.Digest(), $"{name}: {theirs} by tpm2-tss, {policy.Digest()} here");
            compared++;
            if (!s_onlyByPath.Contains(name))
            {
                string written = Path.Combine(_scratch.FullName, name + ".json");
                await File.WriteAllTextAsync(written, policy.ToJson());
                Assert.Equal(theirs, await Seal(name + "-ours", written));
            }
        }

        Assert.Equal(32, compared);
    }

    public void Dispose()
    {
        _swtpm.Dispose();
        _scratch.Delete(recursive: true);
    }

    /// <summary>A key store of its own, with what the examples name by paths.</summary>
    private async Task Prepare()
    {
        foreach (string folder in (string[])["user", "system", "log"])
        {
            _scratch.CreateSubdirectory(folder);
        }

        await File.WriteAllTextAsync(Path.Combine(_scratch.FullName, "fapi.json"), $$"""
            {
                "profile_name": "P_ECCP256SHA256", "profile_dir": "/etc/tpm2-tss/fapi-profiles/",
                "user_dir": "{{_scratch.FullName}}/user", "system_dir": "{{_scratch.FullName}}/system", "log_dir": "{{_scratch.FullName}}/log",
                "tcti": "{{_swtpm.ConnectionString}}", "system_pcrs": [], "ek_cert_less": "yes"
            }
            """);
        await Tss2("provision");
        await Tss2("createkey", $"--path={Key}", "--type=sign,noda", "--authValue=");
        await Tss2("createnv", $"--path={Index}", "--type=noda", "--size=34", "--authValue=");
        await File.WriteAllBytesAsync(Path.Combine(_scratch.FullName, "zeros"), new byte[34]);
        await Tss2("nvwrite", $"--nvPath={Index}", "--data=zeros");
    }

    /// <summary>Reads a policy with the TPM that tpm2-tss uses, while it does not.</summary>
    private TpmPolicy Read(string json, TpmtPublic keyArea)
    {
        using Tpm2 tpm = new(TransportCatalog.Default.Open(_swtpm.ConnectionString));
        using TpmObject key = tpm.LoadExternal(keyArea);
        var handles = (TpmuCapabilities.Handles)tpm.Commands.GetCapability(TpmCap.Handles, (uint)TpmHt.NvIndex << 24, 64).CapabilityData.Data!;
        using TpmNvIndex index = tpm.OpenNvIndex(handles.Items.Single(h => h.Value < 0x01C00000)); // those above are TCG's
        return TpmPolicy.FromJson(json, tpm, path => path == Key ? key : path == Index ? index : null);
    }

    private async Task<Tpm2bDigest> Seal(string name, string file)
    {
        await Tss2("import", $"--path=/policy/{name}", $"--importData={file}");
        await Tss2("createseal", $"--path=/HS/SRK/{name}", $"--policyPath=/policy/{name}", "--type=noda", "--size=8", "--authValue=");
        TpmtPublic made = await PublicArea($"/HS/SRK/{name}");
        return made.AuthPolicy;
    }

    private async Task<TpmtPublic> PublicArea(string path)
    {
        await Tss2("gettpmblobs", $"--path={path}", "--tpm2bPublic=public", "--force");
        var reader = new TpmReader(await File.ReadAllBytesAsync(Path.Combine(_scratch.FullName, "public")));
        return Tpm2bPublic.Read(ref reader).PublicArea;
    }

    private async Task Tss2(string command, params string[] arguments) => (await ProgramRun.Of(
        $"tss2_{command}",
        arguments,
        new Dictionary<string, string?> { ["TSS2_FAPICONF"] = Path.Combine(_scratch.FullName, "fapi.json"), ["TSS2_LOG"] = "all+none" },
        _scratch.FullName)).Succeeded();
}
