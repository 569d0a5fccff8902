using TpmHw.Core.Tests.Crypto;
using TpmHw.Protection;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>Public areas that sessions may be salted with, and ones that they may not.</summary>
public sealed class SaltKeyCheckTests
{
    private static readonly TpmtSymDefObject s_noCipher = new(TpmAlgId.Null);

    private static readonly Dictionary<string, (TpmtPublic Key, string? Word)> s_keys = new()
    {
        ["RSA"] = (SaltKeys.Rsa, null),
        ["RSA with its exponent spelled out"] = (SaltKeys.Rsa.WithRsa(p => p with { Exponent = 65537 }), null),
        ["P-256"] = (SaltKeys.Ecc(), null),
        ["P-384"] = (SaltKeys.Ecc(TpmEccCurve.NistP384) with { NameAlg = TpmAlgId.Sha384 }, null),
        ["P-521"] = (SaltKeys.Ecc(TpmEccCurve.NistP521) with { NameAlg = TpmAlgId.Sha512 }, null),
        ["a storage key"] = (TpmTemplates.StorageRootEcc with { Unique = SaltKeys.Ecc().Unique }, null),
        ["of other TPMs"] = (SaltKeys.Rsa.With(clear: TpmaObject.FixedTpm), "fixedTPM"),
        ["of other parents"] = (SaltKeys.Ecc().With(clear: TpmaObject.FixedParent), "fixedParent"),
        ["not restricted"] = (SaltKeys.Ecc().With(clear: TpmaObject.Restricted), "restricted"),
        ["not for decryption"] = (SaltKeys.Rsa.With(clear: TpmaObject.Decrypt), "decrypt"),
        ["for signatures"] = (SaltKeys.Rsa.With(set: TpmaObject.Sign), "sign"),
        ["SHA-1"] = (SaltKeys.Rsa with { NameAlg = TpmAlgId.Sha1 }, "SHA-1"),
        ["SM3"] = (SaltKeys.Rsa with { NameAlg = TpmAlgId.Sm3_256 }, "no hash"),
        ["no Name"] = (SaltKeys.Ecc() with { NameAlg = TpmAlgId.Null }, "no hash"),
        ["OAEP by name"] = (SaltKeys.Rsa.WithRsa(p => p with { Scheme = new(TpmAlgId.Oaep, new TpmuAsymScheme.Hash(TpmAlgId.Sha256)) }), "scheme"),
        ["ECDH by name"] = (SaltKeys.Ecc().WithEcc(p => p with { Scheme = new(TpmAlgId.Ecdh, new TpmuAsymScheme.Hash(TpmAlgId.Sha256)) }), "scheme"),
        ["a key derivation of its own"] = (SaltKeys.Ecc().WithEcc(p => p with { Kdf = new(TpmAlgId.Mgf1, TpmAlgId.Sha256) }), "derivation"),
        ["RSA without a cipher"] = (SaltKeys.Rsa.WithRsa(p => p with { Symmetric = s_noCipher }), "symmetric"),
        ["P-256 without a cipher"] = (SaltKeys.Ecc().WithEcc(p => p with { Symmetric = s_noCipher }), "symmetric"),
        ["an even modulus"] = (SaltKeys.Rsa.Modulus([.. SaltKeys.RsaNumbers.Modulus![..^1], 4]), "even"),
        ["a short modulus"] = (SaltKeys.Rsa.Modulus(SaltKeys.RsaNumbers.Modulus![..128]), "1024"),
        ["the exponent 1"] = (SaltKeys.Rsa.WithRsa(p => p with { Exponent = 1 }), "exponent"),
        ["a point off the curve"] = (SaltKeys.Ecc().Point([.. new byte[31], 1], [.. new byte[31], 1]), "lie on"),
        ["a point of zeros"] = (SaltKeys.Ecc().Point(new byte[32], new byte[32]), "lie on"),
        ["a template, which has no point"] = (TpmTemplates.EndorsementEcc, "lie on"),
        ["a coordinate without its zero"] = (ShortPoint(), null),
        ["an HMAC key"] = (TpmTemplates.Hmac.With(set: TpmaObject.Decrypt | TpmaObject.Restricted, clear: TpmaObject.Sign), "type"),
    };

    /// <summary>The keys by their names here.</summary>
    public static TheoryData<string> Keys => [.. s_keys.Keys];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_salt_key_is_objected_to_for_what_is_wrong_with_it_alone(string name)
    {
        (TpmtPublic key, string? word) = s_keys[name];
        string? objection = SaltKeyCheck.Objection(key);
        if (word is null)
        {
            Assert.Null(objection);
        }
        else
        {
            Assert.Contains(word, objection, StringComparison.Ordinal);
            Assert.EndsWith(".", objection, StringComparison.Ordinal);
        }
    }

    /// <summary>A point of P-256 whose x begins with a zero byte, without that byte.</summary>
    private static TpmtPublic ShortPoint()
    {
        while (true)
        {
            TpmtPublic key = SaltKeys.Ecc();
            var point = (TpmuPublicId.Ecc)key.Unique;
            if (point.X.Span[0] == 0)
            {
                return key.Point(point.X.Span[1..].ToArray(), point.Y.Span.ToArray());
            }
        }
    }
}
