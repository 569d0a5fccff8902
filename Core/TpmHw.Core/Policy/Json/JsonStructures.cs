using System.Text.Json;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>Structures of the specification as TCG's JSON data types have them: read.</summary>
internal static class JsonStructures
{
    public static TpmAlgId Algorithm(this JsonAt at) => at.Constant(JsonNames.Algorithms);

    /// <summary>TPMT_PUBLIC; a TPM2B_PUBLIC, which has it as its publicArea, does as well.</summary>
    public static TpmtPublic PublicArea(this JsonAt at)
    {
        if (at.Find("publicArea") is { } inside)
        {
            return inside.PublicArea();
        }

        TpmAlgId type = at["type"].Algorithm();
        JsonAt parameters = at["parameters"];
        JsonAt? unique = at.Find("unique");
        (TpmuPublicParms Parameters, TpmuPublicId Unique) parts = type switch
        {
            TpmAlgId.Rsa => (Rsa(parameters), new TpmuPublicId.Rsa(unique?.Bytes(Tpm2bPublicKeyRsa.MaxSize))),
            TpmAlgId.Ecc => (Ecc(parameters), new TpmuPublicId.Ecc(Coordinate(unique?.Find("x")), Coordinate(unique?.Find("y")))),
            TpmAlgId.KeyedHash => (KeyedHash(parameters), new TpmuPublicId.Digest(unique?.Digest() ?? default)),
            TpmAlgId.SymCipher => (new TpmuPublicParms.SymCipher(Cipher(parameters["sym"])), new TpmuPublicId.Digest(unique?.Digest() ?? default)),
            _ => throw at["type"].Wrong("RSA, ECC, KEYEDHASH or SYMCIPHER is expected"),
        };
        return new(type, at["nameAlg"].Algorithm(), (TpmaObject)at["objectAttributes"].Flags(JsonNames.ObjectFlags), at.Find("authPolicy")?.Digest() ?? default, parts.Parameters, parts.Unique);
    }

    /// <summary>TPMS_NV_PUBLIC; a TPM2B_NV_PUBLIC, which has it as its nvPublic, does as well.</summary>
    public static TpmsNvPublic NvPublic(this JsonAt at) => at.Find("nvPublic") is { } inside ? inside.NvPublic() : new(
        at["nvIndex"].Handle(),
        at["nameAlg"].Algorithm(),
        at["attributes"].NvAttributes(),
        at.Find("authPolicy")?.Digest() ?? default,
        (ushort)at["dataSize"].Number(ushort.MaxValue));

    public static TpmHandle Handle(this JsonAt at) => new((uint)at.Number(uint.MaxValue));

    public static TpmaLocality Locality(this JsonAt at) => at.Kind != JsonValueKind.Object ? (TpmaLocality)at.Flags(JsonNames.Localities)
        : at.Fields().Aggregate(TpmaLocality.None, (all, field) => all | (field.Name.Equals("extended", StringComparison.OrdinalIgnoreCase)
            ? (TpmaLocality)(field.Value.Number(7) << 5)
            : field.Value.YesNo() ? JsonNames.Localities.Find(field.Name) ?? throw field.Value.Wrong("it is no locality") : TpmaLocality.None));

    /// <summary>TPMT_RSA_SCHEME and TPMT_ECC_SCHEME are alike.</summary>
    public static TpmtRsaScheme RsaScheme(this JsonAt at) => new(at["scheme"].Algorithm(), Details(at));

    public static TpmtSignature Signature(this JsonAt at)
    {
        TpmAlgId algorithm = at["sigAlg"].Algorithm();
        JsonAt signature = at["signature"];
        return new(algorithm, algorithm switch
        {
            TpmAlgId.Rsassa or TpmAlgId.Rsapss => new TpmuSignature.Rsa(signature["hash"].Algorithm(), signature["sig"].Bytes(Tpm2bPublicKeyRsa.MaxSize)),
            TpmAlgId.Hmac => new TpmuSignature.Hmac(new(signature["hashAlg"].Algorithm(), signature["digest"].Bytes(Tpm2bDigest.MaxSize))),
            _ => new TpmuSignature.Ecc(signature["hash"].Algorithm(), Coordinate(signature["signatureR"]), Coordinate(signature["signatureS"])),
        });
    }

    private static TpmaNv NvAttributes(this JsonAt at)
    {
        if (at.Kind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return new((uint)at.Number(uint.MaxValue));
        }

        // The kind of index is among the flags, as "TPM2_NT": "COUNTER" or as a name like theirs.
        var flags = TpmaNvFlags.None;
        var type = TpmNt.Ordinary;
        IEnumerable<(string Name, JsonAt Value, bool IsSet)> entries = at.Kind == JsonValueKind.Object
            ? at.Fields().Select(f => (f.Name, f.Value, IsType(f.Name) || f.Value.YesNo()))
            : at.Items().Select(i => i.Kind == JsonValueKind.Object ? ("TPM2_NT", i["TPM2_NT"], true) : (i.Text(), i, true));
        foreach ((string name, JsonAt value, bool isSet) in entries)
        {
            if (IsType(name))
            {
                type = value.Constant(JsonNames.NvTypes);
            }
            else if (JsonNames.NvFlags.Find(name) is { } flag)
            {
                flags |= isSet ? flag : 0;
            }
            else
            {
                TpmNt named = JsonNames.NvTypes.Find(name.Replace("TPMA_NV_", "", StringComparison.OrdinalIgnoreCase)) ?? throw value.Wrong($"\"{name}\" is unknown");
                type = isSet ? named : type;
            }
        }

        return TpmaNv.Of(flags, type);

        static bool IsType(string name) => name.EndsWith("NT", StringComparison.OrdinalIgnoreCase) && JsonNames.NvFlags.Find(name) is null;
    }

    private static TpmuPublicParms.Rsa Rsa(JsonAt at) => new(
        Cipher(at["symmetric"]), at["scheme"].RsaScheme(), (ushort)at["keyBits"].Number(ushort.MaxValue), (uint)(at.Find("exponent")?.Number(uint.MaxValue) ?? 0));

    private static TpmuPublicParms.Ecc Ecc(JsonAt at)
    {
        JsonAt scheme = at["scheme"];
        JsonAt? kdf = at.Find("kdf");
        TpmAlgId derivation = kdf?["scheme"].Algorithm() ?? TpmAlgId.Null;
        return new(
            Cipher(at["symmetric"]),
            new(scheme["scheme"].Algorithm(), Details(scheme)),
            at["curveID"].Constant(JsonNames.Curves),
            new(derivation, derivation == TpmAlgId.Null ? default : kdf!.Value["details"]["hashAlg"].Algorithm()));
    }

    private static TpmuPublicParms.KeyedHash KeyedHash(JsonAt at)
    {
        JsonAt scheme = at["scheme"];
        TpmAlgId algorithm = scheme["scheme"].Algorithm();
        return new(new(algorithm, algorithm switch
        {
            TpmAlgId.Hmac => new TpmuSchemeKeyedHash.Hmac(scheme["details"]["hashAlg"].Algorithm()),
            TpmAlgId.Xor => new TpmuSchemeKeyedHash.Xor(scheme["details"]["hashAlg"].Algorithm(), scheme["details"]["kdf"].Algorithm()),
            _ => null,
        }));
    }

    private static TpmuAsymScheme? Details(JsonAt scheme) => scheme["scheme"].Algorithm() switch
    {
        TpmAlgId.Null or TpmAlgId.Rsaes => null,
        TpmAlgId.Ecdaa => new TpmuAsymScheme.Ecdaa(scheme["details"]["hashAlg"].Algorithm(), (ushort)scheme["details"]["count"].Number(ushort.MaxValue)),
        _ => new TpmuAsymScheme.Hash(scheme["details"]["hashAlg"].Algorithm()),
    };

    private static TpmtSymDefObject Cipher(JsonAt at) => at["algorithm"].Algorithm() is not TpmAlgId.Null and var cipher
        ? new(cipher, (ushort)at["keyBits"].Number(ushort.MaxValue), at["mode"].Algorithm())
        : new(TpmAlgId.Null);

    private static Tpm2bEccParameter Coordinate(JsonAt? at) => at?.Bytes(Tpm2bEccParameter.MaxSize);
}
