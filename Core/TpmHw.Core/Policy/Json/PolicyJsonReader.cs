using System.Formats.Asn1;
using System.Numerics;
using System.Text.Json;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>Reads policies. What the language leaves to a key store or a TPM is asked for.</summary>
/// <param name="tpm">The TPM whose PCRs and NV indices are meant; null where there is none.</param>
/// <param name="resolve">What a path stands for; null where there is nobody to ask.</param>
internal sealed class PolicyJsonReader(Tpm2? tpm, Func<string, TpmEntity?>? resolve)
{
    // Each choice inside another takes four levels.
    private static readonly JsonDocumentOptions s_options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 128 };

    public TpmPolicy Read(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(LenientJson.Normalize(json), s_options);
            return Policy(new(document.RootElement, "$"));
        }
        catch (JsonException e)
        {
            throw new TpmFormatException($"The policy is no JSON: {e.Message}", "Check the line.");
        }
    }

    public TpmPolicy Elements(JsonAt at) => Guarded(at, () => TpmPolicy.Of([.. at.Items().Select(Element)]));

    public TpmtPublic Key(JsonAt at, string path) => at.OneOf(path, "keyPublic", "keyPEM") switch
    {
        ("keyPublic", var value) => value.PublicArea(),
        ("keyPEM", var value) => Pem(value, at, "keyPEMhashAlg"),
        (_, var value) => PublicArea(value),
    };

    public TpmEntity Entity(JsonAt path) =>
        resolve?.Invoke(path.Text()) is { IsNameKnown: true } entity ? entity : throw path.Wrong($"what \"{path.Text()}\" stands for is not known: paths belong to a key store");

    public TpmsNvPublic NvIndex(JsonAt at)
    {
        // The language has nvIndex beside nvPublic as well, where it was read from a TPM before.
        if (at.Find("nvPublic") is { } nvPublic)
        {
            return nvPublic.NvPublic();
        }

        (string name, JsonAt value) = at.OneOf("nvPath", "nvIndex");
        if (name == "nvPath")
        {
            return Entity(value) is TpmNvIndex index ? index.PublicArea : throw value.Wrong("it stands for no NV index");
        }

        return tpm is null ? throw value.Wrong("the index's public area is not there, and there is no TPM to ask") : tpm.OpenNvIndex(value.Handle()).PublicArea;
    }

    public PolicyPcr Pcrs(JsonAt at)
    {
        (string name, JsonAt value) = at.OneOf("pcrs", "currentPCRs", "currentPCRandBanks");
        if (name == "pcrs")
        {
            return Guarded(value, () => new PolicyPcr(value.Items().Select(PcrValue)));
        }

        if (tpm is null)
        {
            throw value.Wrong("the values that the PCRs have now are meant, and there is no TPM to ask");
        }

        return Guarded(value, () => name == "currentPCRs"
            ? PolicyPcr.Current(tpm, TpmAlgId.Sha256, [.. Numbers(value)])
            : new PolicyPcr(value.Items().SelectMany(s => PolicyPcr.Current(tpm, s["hash"].Algorithm(), [.. Numbers(s["pcrSelect"])]).Values)));

        static IEnumerable<int> Numbers(JsonAt list) => list.Items().Select(i => (int)i.Number(31));
    }

    public PolicyNameHash NameHash(JsonAt at) => at.Find("nameHash") is { } hash ? new(hash.Digest()) : at.OneOf("namePaths", "objectNames") switch
    {
        ("namePaths", var paths) => new(paths.Items().Select(p => Entity(p).Name)),
        (_, var names) => new(names.Items().Select(n => n.Name())),
    };

    public PolicyDuplicationSelect DuplicationSelect(JsonAt at)
    {
        Tpm2bName newParent = at.OneOf("newParentName", "newParentPublic", "newParentPath") switch
        {
            ("newParentName", var value) => value.Name(),
            ("newParentPublic", var value) => Sessions.TpmName.Of(value.PublicArea()),
            (_, var value) => Entity(value).Name,
        };
        Tpm2bName name = at.Find("objectName")?.Name() ?? default;
        bool include = at.Find("includeObject")?.YesNo() ?? name.Size > 0;
        return include && name.Size == 0 ? throw at.Wrong("includeObject is YES, and there is no objectName") : new(newParent, include ? name : default);
    }

    /// <summary>Arguments that a JSON document gave are errors of the document.</summary>
    private static T Guarded<T>(JsonAt at, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw at.Wrong(e.Message.Split(" (Parameter")[0].TrimEnd('.'));
        }
    }

    private TpmPolicy Policy(JsonAt at)
    {
        TpmPolicy elements = Elements(at["policy"]);
        var policy = new TpmPolicy(elements)
        {
            Description = at.Find("description")?.Text() ?? "",
            Approvals = [.. at.Find("policyAuthorizations")?.Items().Select(Approval) ?? []],
        };
        foreach (JsonAt digest in at.Find("policyDigests")?.Items() ?? [])
        {
            TpmAlgId hash = digest["hashAlg"].Algorithm();
            if (policy.Digest(hash) is var own && own != digest["digest"].Digest())
            {
                throw digest.Wrong($"the policy's digest is {own}");
            }
        }

        return policy;
    }

    private PolicyElement Element(JsonAt at)
    {
        JsonAt type = at["type"];
        PolicyJsonRow row = PolicyJsonRow.Find(type.Text()) ?? throw type.Wrong($"the element \"{type.Text()}\" is unknown");
        return Guarded(at, () => row.Read(at, this));
    }

    private TpmtPublic PublicArea(JsonAt path) => Entity(path) is TpmObject key ? key.PublicArea : throw path.Wrong("it stands for no key");

    private static PolicyPcrValue PcrValue(JsonAt at)
    {
        int pcr = (int)at["pcr"].Number(31);
        TpmAlgId bank = at["hashAlg"].Algorithm();
        Tpm2bDigest value = at["digest"].Digest();
        return Crypto.TpmHash.TrySizeOf(bank) is { } size && size != value.Size
            ? throw at["digest"].Wrong($"{value.Size} bytes, and a PCR of this bank has {size}")
            : new(bank, pcr, value);
    }

    private static PolicyApproval Approval(JsonAt at)
    {
        Tpm2bDigest policyRef = at.Find("policyRef")?.Digest() ?? default;
        if (at["type"].Text() == "tpm")
        {
            return new(at["key"].PublicArea(), policyRef, at["signature"].Signature());
        }

        TpmtPublic key = Pem(at["key"], at, at.Find("keyPEMhashAlg") is null ? "hashAlg" : "keyPEMhashAlg");
        byte[] signature = at["signature"].Bytes(Tpm2bPublicKeyRsa.MaxSize);
        return new(key, policyRef, key.Parameters is TpmuPublicParms.Rsa rsa
            ? new(rsa.Scheme.Scheme, new TpmuSignature.Rsa(key.NameAlg, signature))
            : new(TpmAlgId.Ecdsa, Ecdsa(at["signature"], key.NameAlg, signature)));
    }

    private static TpmtPublic Pem(JsonAt pem, JsonAt at, string hashAlg) =>
        Guarded(pem, () => PolicyKeys.OfPem(pem.Text(), at.Find(hashAlg)?.Algorithm() ?? TpmAlgId.Sha256, at.Find("rsaScheme")?.RsaScheme()));

    /// <summary>ECDSA-Sig-Value (RFC 3279, 2.2.3).</summary>
    private static TpmuSignature.Ecc Ecdsa(JsonAt at, TpmAlgId hash, byte[] der)
    {
        try
        {
            AsnReader sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            BigInteger r = sequence.ReadInteger();
            BigInteger s = sequence.ReadInteger();
            return new(hash, r.ToByteArray(isUnsigned: true, isBigEndian: true), s.ToByteArray(isUnsigned: true, isBigEndian: true));
        }
        catch (Exception e) when (e is AsnContentException or OverflowException)
        {
            throw at.Wrong("it is no ECDSA signature in DER");
        }
    }
}
