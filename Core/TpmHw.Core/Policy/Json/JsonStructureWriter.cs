using System.Text.Json;
using TpmHw.Spec;

namespace TpmHw.Policy.Json;

/// <summary>Structures of the specification as TCG's JSON data types have them: written.</summary>
internal static class JsonStructureWriter
{
    public static void Write(this Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes) => json.WriteString(name, Convert.ToHexStringLower(bytes));

    public static void Write(this Utf8JsonWriter json, string name, TpmAlgId algorithm) => json.WriteString(name, JsonNames.Algorithms.Of(algorithm));

    public static void Write(this Utf8JsonWriter json, string name, TpmtPublic area)
    {
        json.WriteStartObject(name);
        json.Write("type", area.Type);
        json.Write("nameAlg", area.NameAlg);
        json.WriteFlags("objectAttributes", JsonNames.ObjectFlags, (ulong)area.ObjectAttributes);
        json.Write("authPolicy", area.AuthPolicy.Span);
        json.WriteStartObject("parameters");
        json.WriteParameters(area.Parameters);
        json.WriteEndObject();
        switch (area.Unique)
        {
            case TpmuPublicId.Rsa rsa:
                json.Write("unique", rsa.Modulus.Span);
                break;
            case TpmuPublicId.Ecc ecc:
                json.WriteStartObject("unique");
                json.Write("x", ecc.X.Span);
                json.Write("y", ecc.Y.Span);
                json.WriteEndObject();
                break;
            case TpmuPublicId.Digest digest:
                json.Write("unique", digest.Value.Span);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>TPM2B_NV_PUBLIC, which all versions of tpm2-tss read.</summary>
    public static void Write(this Utf8JsonWriter json, string name, TpmsNvPublic area)
    {
        json.WriteStartObject(name);
        json.WriteNumber("size", 0);
        json.WriteStartObject("nvPublic");
        json.WriteNumber("nvIndex", area.NvIndex.Value);
        json.Write("nameAlg", area.NameAlg);
        json.WriteStartObject("attributes");
        json.WriteFlagFields(JsonNames.NvFlags, (ulong)area.Attributes.Flags);
        json.WriteString("TPM2_NT", JsonNames.NvTypes.Of(area.Attributes.Type));
        json.WriteEndObject();
        json.Write("authPolicy", area.AuthPolicy.Span);
        json.WriteNumber("dataSize", area.DataSize);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, string name, TpmaLocality locality)
    {
        json.WriteStartObject(name);
        json.WriteFlagFields(JsonNames.Localities, (ulong)locality);
        json.WriteNumber("Extended", (byte)locality >> 5);
        json.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter json, string name, TpmtSignature signature)
    {
        json.WriteStartObject(name);
        json.Write("sigAlg", signature.SigAlg);
        json.WriteStartObject("signature");
        switch (signature.Signature)
        {
            case TpmuSignature.Rsa rsa:
                json.Write("hash", rsa.Hash);
                json.Write("sig", rsa.Sig.Span);
                break;
            case TpmuSignature.Ecc ecc:
                json.Write("hash", ecc.Hash);
                json.Write("signatureR", ecc.SignatureR.Span);
                json.Write("signatureS", ecc.SignatureS.Span);
                break;
            case TpmuSignature.Hmac hmac:
                json.Write("hashAlg", hmac.Digest.HashAlg);
                json.Write("digest", hmac.Digest.Digest.Span);
                break;
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParameters(this Utf8JsonWriter json, TpmuPublicParms parameters)
    {
        switch (parameters)
        {
            case TpmuPublicParms.Rsa rsa:
                json.WriteCipher("symmetric", rsa.Symmetric);
                json.WriteScheme(rsa.Scheme.Scheme, rsa.Scheme.Details);
                json.WriteNumber("keyBits", rsa.KeyBits);
                json.WriteNumber("exponent", rsa.Exponent);
                break;
            case TpmuPublicParms.Ecc ecc:
                json.WriteCipher("symmetric", ecc.Symmetric);
                json.WriteScheme(ecc.Scheme.Scheme, ecc.Scheme.Details);
                json.WriteString("curveID", JsonNames.Curves.Of(ecc.CurveId));
                json.WriteStartObject("kdf");
                json.WriteSchemeFields(ecc.Kdf.Scheme, ecc.Kdf.Scheme == TpmAlgId.Null ? null : ecc.Kdf.HashAlg);
                json.WriteEndObject();
                break;
            case TpmuPublicParms.KeyedHash keyed:
                json.WriteStartObject("scheme");
                var xor = keyed.Scheme.Details as TpmuSchemeKeyedHash.Xor;
                json.WriteSchemeFields(keyed.Scheme.Scheme, xor?.HashAlg ?? (keyed.Scheme.Details as TpmuSchemeKeyedHash.Hmac)?.HashAlg, xor?.Kdf);
                json.WriteEndObject();
                break;
            case TpmuPublicParms.SymCipher cipher:
                json.WriteCipher("sym", cipher.Sym);
                break;
        }
    }

    private static void WriteScheme(this Utf8JsonWriter json, TpmAlgId scheme, TpmuAsymScheme? details)
    {
        json.WriteStartObject("scheme");
        var ecdaa = details as TpmuAsymScheme.Ecdaa;
        json.WriteSchemeFields(scheme, ecdaa?.HashAlg ?? (details as TpmuAsymScheme.Hash)?.HashAlg, count: ecdaa?.Count);
        json.WriteEndObject();
    }

    private static void WriteSchemeFields(this Utf8JsonWriter json, TpmAlgId scheme, TpmAlgId? hash, TpmAlgId? kdf = null, ushort? count = null)
    {
        json.Write("scheme", scheme);
        if (hash is { } alg)
        {
            json.WriteStartObject("details");
            json.Write("hashAlg", alg);
            if (kdf is { } derivation)
            {
                json.Write("kdf", derivation);
            }

            if (count is { } number)
            {
                json.WriteNumber("count", number);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteCipher(this Utf8JsonWriter json, string name, TpmtSymDefObject cipher)
    {
        json.WriteStartObject(name);
        json.Write("algorithm", cipher.Algorithm);
        if (cipher.Algorithm != TpmAlgId.Null)
        {
            json.WriteNumber("keyBits", cipher.KeyBits);
            json.Write("mode", cipher.Mode);
        }

        json.WriteEndObject();
    }

    private static void WriteFlags<T>(this Utf8JsonWriter json, string name, JsonNames<T> names, ulong value)
        where T : struct, Enum
    {
        json.WriteStartObject(name);
        json.WriteFlagFields(names, value);
        json.WriteEndObject();
    }

    private static void WriteFlagFields<T>(this Utf8JsonWriter json, JsonNames<T> names, ulong value)
        where T : struct, Enum
    {
        foreach ((T flag, string name) in names.Flags)
        {
            // Those of newer specifications only where they are set: older readers know them not.
            bool isSet = (value & JsonNames<T>.NumberOf(flag)) != 0;
            if (isSet || flag is not (TpmaObject.FixedFirmware or TpmaObject.FirmwareLimited or TpmaObject.SvnLimited or TpmaObject.X509Sign))
            {
                json.WriteNumber(name, isSet ? 1 : 0);
            }
        }
    }
}
