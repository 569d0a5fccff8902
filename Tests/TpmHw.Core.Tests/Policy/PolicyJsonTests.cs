using System.Security.Cryptography;
using TpmHw.Policy;
using TpmHw.Policy.Json;
using TpmHw.Spec;
using TpmHw.Testing.Programs;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Policy;

/// <summary>TCG's JSON policy language. Tests/Policies has an example of every element and of every way to write it.</summary>
public sealed class PolicyJsonTests : IDisposable
{
    private readonly Tpm2 _tpm = new(TransportCatalog.Default.Open("libtpms"));

    private static string Folder => Path.Combine(Repository.Root, "Tests", "Policies");

    public static TheoryData<string> Examples => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_have_the_digest_of_a_trial_session_and_are_written_as_they_were_read(string name)
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        using TpmNvIndex index = Nv.Define(_tpm, 0x01800020, 34);
        _tpm.Commands.NvWrite(index, index, new byte[34], 0);
        TpmPolicy policy = TpmPolicy.FromJson(File.ReadAllText(Path.Combine(Folder, name + ".json")), _tpm, path => path.StartsWith("/nv/", StringComparison.Ordinal) ? index : key);
        string written = policy.ToJson(TpmAlgId.Sha256, TpmAlgId.Sha384);
        TpmPolicy again = TpmPolicy.FromJson(written);
        Assert.Equal(written, again.ToJson(TpmAlgId.Sha256, TpmAlgId.Sha384));
        foreach (TpmAlgId hash in (TpmAlgId[])[TpmAlgId.Sha256, TpmAlgId.Sha384])
        {
            Assert.Equal(policy.Digest(hash), again.Digest(hash));
            bool isForOneHash = policy.Any(e => e is PolicyCpHash) && hash != TpmAlgId.Sha256;
            bool hasOtherIndex = name is "authorizenv-public" or "endorsement-b"; // which isn't in this TPM
            if (!isForOneHash && !hasOtherIndex)
            {
                Assert.Equal(TrialCommands.DigestOf(_tpm, policy, hash, key, index), policy.Digest(hash));
            }
        }
    }

    [Fact]
    public void There_is_an_example_of_every_element_that_TCG_has()
    {
        using TpmObject key = _tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        using TpmNvIndex index = Nv.Define(_tpm, 0x01800020, 34);
        IEnumerable<Type> used = Directory.GetFiles(Folder, "*.json")
            .SelectMany(f => TpmPolicy.FromJson(File.ReadAllText(f), _tpm, path => path.StartsWith("/nv/", StringComparison.Ordinal) ? index : key))
            .Select(e => e.GetType());
        Assert.Equal([typeof(PolicyParameters), typeof(PolicyCapability)], PolicyJsonRow.All.Select(row => row.Element).Except(used));
        Type[] all = [.. typeof(PolicyElement).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PolicyElement)))];
        Assert.Empty(all.Except(PolicyJsonRow.All.Select(row => row.Element)));
    }

    [Theory]
    [InlineData("endorsement-b", "ca3d0a99a2b93906f7a3342414efcfb3a385d44cd1fd459089d19b5071c0b7a0")] // TCG EK Credential Profile 2.3, B.6.5
    [InlineData("pcr", "bff2d58e9813f97cefc14f72ad8133bc7092d652b7c877959254af140c841f36")]
    [InlineData("password", "8fcd2169ab92694e0c633f1ab772842b8241bbc20288981fc7ac1eddc1fddb0e")]
    public void Published_digests_come_out(string name, string digest) =>
        Assert.Equal(Convert.FromHexString(digest), TpmPolicy.FromJson(File.ReadAllText(Path.Combine(Folder, name + ".json"))).Digest().Span);

    [Theory]
    [InlineData("[]", "$: an object is expected")]
    [InlineData("""{ "description": "" }""", "$: the field \"policy\" is missing")]
    [InlineData("""{ "policy": [ {} ] }""", "$.policy[0]: the field \"type\" is missing")]
    [InlineData("""{ "policy": [ { "type": "POLICYMAGIC" } ] }""", "$.policy[0].type: the element \"POLICYMAGIC\" is unknown")]
    [InlineData("""{ "policy": [ { "type": "PCR", "pcrs": [ { "pcr": 1, "hashAlg": "SHA256", "digest": "00" } ] } ] }""", "$.policy[0].pcrs[0].digest: 1 bytes, and a PCR of this bank has 32")]
    [InlineData("""{ "policy": [ { "type": "PCR", "pcrs": [ { "pcr": 32, "hashAlg": "SHA256", "digest": "00" } ] } ] }""", "a number from 0 to 31")]
    [InlineData("""{ "policy": [ { "type": "PCR", "pcrs": [] } ] }""", "$.policy[0].pcrs: TPM2_PolicyPCR takes PCRs")]
    [InlineData("""{ "policy": [ { "type": "PCR", "pcrs": [], "currentPCRs": [ 1 ] } ] }""", "only one can be there")]
    [InlineData("""{ "policy": [ { "type": "PCR", "currentPCRs": [ 1 ] } ] }""", "no TPM to ask")]
    [InlineData("""{ "policy": [ { "type": "OR", "branches": [] } ] }""", "$.policy[0]: TPM2_PolicyOR takes two policies or more")]
    [InlineData("""{ "policy": [ { "type": "CPHASH", "cpHash": "xy" } ] }""", "$.policy[0].cpHash: hexadecimal digits")]
    [InlineData("""{ "policy": [ { "type": "SIGNED", "keyPath": "/HS/SRK/k" } ] }""", "what \"/HS/SRK/k\" stands for is not known")]
    [InlineData("""{ "policy": [ { "type": "SIGNED", "keyPEM": "nothing" } ] }""", "$.policy[0].keyPEM: ")]
    [InlineData("""{ "policy": [ { "type": "NV", "nvIndex": 1, "operandB": "00" } ] }""", "no TPM to ask")]
    [InlineData("""{ "policy": [ { "type": "NVWRITTEN", "writtenSet": "MAYBE" } ] }""", "YES or NO")]
    [InlineData("""{ "policy": [ { "type": "COMMANDCODE", "code": "Fly" } ] }""", "$.policy[0].code: a number")]
    [InlineData("""{ "policyDigests": [ { "hashAlg": "SHA256", "digest": "00" } ], "policy": [ { "type": "PASSWORD" } ] }""", "$.policyDigests[0]: the policy's digest is 8FCD")]
    [InlineData("""{ "policy": [""", "no JSON")]
    public void What_is_wrong_is_told_with_its_place(string json, string words) =>
        Assert.Contains(words, Assert.Throws<TpmFormatException>(() => TpmPolicy.FromJson(json)).Message);

    [Fact]
    public void Mutated_policies_are_read_or_refused()
    {
        var random = new Random(6);
        string[] texts = [.. Directory.GetFiles(Folder, "*.json").Select(File.ReadAllText)];
        for (int i = 0; i < 3000; i++)
        {
            char[] text = texts[i % texts.Length].ToCharArray();
            for (int changes = 1 + random.Next(4); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = "{}[]\",:0x9zA\\/\n"[random.Next(15)];
            }

            try
            {
                TpmPolicy.FromJson(new(text)).ToJson(TpmAlgId.Sha256);
            }
            catch (TpmFormatException)
            {
            }
        }
    }

    [Fact]
    public void An_approved_policy_is_kept_as_JSON()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        TpmPolicy approved = TpmPolicy.Of(new PolicyAuthValue()).ApprovedBy(PolicySigner.Of(ecdsa), new byte[] { 1 }).ApprovedBy(PolicySigner.Of(rsa), new byte[] { 2 });
        TpmPolicy read = TpmPolicy.FromJson(approved.ToJson());
        Assert.Equal(2, read.Approvals.Count);
        foreach (PolicyApproval approval in read.Approvals)
        {
            TpmPolicy policy = [new PolicyAuthorize(approval.Key, approval.PolicyRef)];
            using TpmSession session = _tpm.Satisfy(policy, [read]);
            Assert.Equal(policy.Digest(), _tpm.Commands.PolicyGetDigest(session).PolicyDigest);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Approvals_by_keys_in_PEM_are_taken_as_tpm2_tss_has_them(bool isRsa)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        byte[] signed = [.. TpmPolicy.Of(new PolicyAuthValue()).Digest().Span, 1, 2, 3];
        string pem = isRsa ? rsa.ExportSubjectPublicKeyInfoPem() : ecdsa.ExportSubjectPublicKeyInfoPem();
        byte[] signature = isRsa
            ? rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            : ecdsa.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        TpmPolicy approved = TpmPolicy.FromJson($$"""
            {
                "description": "approved",
                "policyAuthorizations": [ { "type": "pem", "policyRef": [ 1, 2, 3 ], "key": "{{pem}}", "signature": "{{Convert.ToHexString(signature)}}" } ],
                "policy": [ { "type": "POLICYAUTHVALUE" } ]
            }
            """);
        TpmPolicy policy = TpmPolicy.FromJson($$"""{ "policy": [ { "type": "POLICYAUTHORIZE", "policyRef": "010203", "keyPEM": "{{pem}}" } ] }""");
        using TpmSession session = _tpm.Satisfy(policy, [approved]);
        Assert.Equal(policy.Digest(), _tpm.Commands.PolicyGetDigest(session).PolicyDigest);
    }

    public void Dispose() => _tpm.Dispose();
}
