using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Testing.Hostile;

// Keys and sealed data.
internal static partial class Scenarios
{
    /// <summary>Keys and sealed data.</summary>
    public static IReadOnlyList<HostileScenario> Keys =>
    [
        new("CreatePrimary with a password", static v =>
        {
            using TpmObject made = v.Tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SealedData, new(HostileTpm.NewPassword, HostileTpm.Sealed));
            IsThere(v, made);
        }),
        new("Create, Load, Unseal", static v =>
        {
            using TpmObject parent = v.Tpm.OpenObject(HostileTpm.Parent, HostileTpm.Password);
            Create.Response made = v.Commands.Create(parent, new(new(HostileTpm.NewPassword, HostileTpm.Sealed)), new(TpmTemplates.SealedData), default, default);
            using TpmObject item = v.Tpm.Load(parent, made.OutPrivate, made.OutPublic.PublicArea, HostileTpm.NewPassword);
            Unseal(v, item);
        }),
        new("OpenObject", static v =>
        {
            using TpmObject item = v.Tpm.OpenObject(HostileTpm.Signer);
            HostileVictim.Believe(item.Handle == HostileTpm.Signer && item.PublicArea == v.Real.PublicOf(HostileTpm.Signer), "public area");
        }),
        new("ReadPublic", static v =>
        {
            TpmtPublic read = v.Commands.ReadPublic(HostileTpm.Signer).OutPublic.PublicArea;
            HostileVictim.Believe(read == v.Real.PublicOf(HostileTpm.Signer), "public area");
        }),
        new("Unseal with a password", static v => UnsealItem(v)),
        new("Unseal with a password, pinned", static v => UnsealItem(v)) { Kind = VictimKind.Pinned },
        new("Unseal with a password, certified", static v => UnsealItem(v)) { Kind = VictimKind.Certified },
        new("Unseal under PolicyAuthValue", static v => UnsealUnder(v, HostileTpm.AuthValueItem, HostileTpm.AuthValuePolicy)),
        new("Unseal under PolicyPCR", static v => UnsealUnder(v, HostileTpm.PcrItem, v.Real.PcrPolicy)),
        new("Unseal under PolicyPCR, pinned", static v => UnsealUnder(v, HostileTpm.PcrItem, v.Real.PcrPolicy)) { Kind = VictimKind.Pinned },
        new("Unseal under PolicySecret", static v =>
        {
            using TpmObject parent = v.Tpm.OpenObject(HostileTpm.Parent, HostileTpm.Password);
            UnsealUnder(v, HostileTpm.SecretItem, v.Real.SecretPolicy, parent);
        }),
        new("Import, Load, HMAC", static v =>
        {
            using TpmObject parent = v.Tpm.OpenObject(HostileTpm.Parent, HostileTpm.Password);
            byte[] blinding = new byte[32];
            var sensitive = new TpmtSensitive(TpmAlgId.KeyedHash, HostileTpm.NewPassword, blinding, new TpmuSensitiveComposite.Bits(HostileTpm.Sealed));
            TpmtPublic area = TpmTemplates.Hmac with
            {
                ObjectAttributes = TpmaObject.UserWithAuth | TpmaObject.Sign | TpmaObject.NoDa,
                Unique = new TpmuPublicId.Digest(SHA256.HashData([.. blinding, .. HostileTpm.Sealed])),
            };
            Tpm2bPrivate imported = v.Tpm.Import(parent, area, sensitive);
            using TpmObject key = v.Tpm.Load(parent, imported, area, HostileTpm.NewPassword);
            byte[] mac = v.Commands.Hmac(key, "data"u8.ToArray(), TpmAlgId.Null).OutHmac.Span.ToArray();
            HostileVictim.Believe(mac, HMACSHA256.HashData(HostileTpm.Sealed, "data"u8), "HMAC");
        }),
        new("Sign", static v =>
        {
            using TpmObject key = v.Tpm.OpenObject(HostileTpm.Signer, HostileTpm.Password);
            byte[] digest = SHA256.HashData("a message"u8);
            TpmtSignature signature = v.Commands.Sign(key, digest, new(TpmAlgId.Null), new(TpmSt.HashCheck, TpmRh.Null, default)).Signature;
            IsSigned(v, digest, signature);
        }),
        new("Quote", static v =>
        {
            using TpmObject key = v.Tpm.OpenObject(HostileTpm.Signer, HostileTpm.Password);
            Quote.Response quote = v.Commands.Quote(key, "nonce"u8.ToArray(), new(TpmAlgId.Null), [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(HostileTpm.Pcr))]);
            IsSigned(v, SHA256.HashData(quote.Quoted.Span), quote.Signature);
            var attested = (TpmuAttest.Quote)Attested(quote.Quoted);
            HostileVictim.Believe(attested.PcrDigest.Span, SHA256.HashData(v.Real.ReadPcr()), "quoted PCR");
        }),
        new("Certify", static v =>
        {
            using TpmObject key = v.Tpm.OpenObject(HostileTpm.Signer, HostileTpm.Password);
            using TpmObject item = v.Tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
            Certify.Response certified = v.Commands.Certify(item, key, "nonce"u8.ToArray(), new(TpmAlgId.Null));
            IsSigned(v, SHA256.HashData(certified.CertifyInfo.Span), certified.Signature);
            HostileVictim.Believe(((TpmuAttest.Certify)Attested(certified.CertifyInfo)).Name == item.Name, "certified Name");
        }),
        new("ECDH_ZGen", static v =>
        {
            using TpmObject key = v.Tpm.OpenObject(HostileTpm.Agreement, HostileTpm.Password);
            using var mine = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            ECPoint point = mine.ExportParameters(false).Q;
            TpmsEccPoint z = v.Commands.EcdhZGen(key, new(new(point.X!, point.Y!))).OutPoint.Point;
            using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PointOf(v.Real.PublicOf(HostileTpm.Agreement)) });
            byte[] agreed = mine.DeriveRawSecretAgreement(other.PublicKey);
            v.Secret(agreed);
            HostileVictim.Believe(z.X.Span, agreed, "agreed secret");
        }),
        new("ECDH_KeyGen", static v =>
        {
            using TpmObject key = v.Tpm.OpenObject(HostileTpm.Agreement);
            EcdhKeyGen.Response made = v.Commands.EcdhKeyGen(key);
            v.Secret(made.ZPoint.Point.X.Span.ToArray());
            v.BelieveHonest(TpmCc.EcdhKeyGen);
        }),
    ];

    /// <summary>Uses what a wrong password would be counted for: the measure of whether a victim can go on.</summary>
    public static void UnsealItem(HostileVictim v)
    {
        using TpmObject item = v.Tpm.OpenObject(HostileTpm.Item, HostileTpm.Password);
        Unseal(v, item);
    }

    private static void UnsealUnder(HostileVictim v, TpmHandle handle, TpmPolicy policy, params ReadOnlySpan<Policy.PolicyCredential> credentials)
    {
        using TpmObject item = v.Tpm.OpenObject(handle, HostileTpm.Password);
        using TpmSession session = v.Tpm.Satisfy(policy, new(credentials), TpmCc.Unseal, item);
        HostileVictim.Believe(v.Commands.Unseal(item, session).OutData.Span, HostileTpm.Sealed, "unsealed data");
    }

    private static void Unseal(HostileVictim v, TpmObject item) =>
        HostileVictim.Believe(v.Commands.Unseal(item).OutData.Span, HostileTpm.Sealed, "unsealed data");

    /// <summary>Checks that an object is in the TPM where the victim thinks that it is.</summary>
    private static void IsThere(HostileVictim v, TpmObject item)
    {
        try
        {
            HostileVictim.Believe(v.Real.Side.Commands.ReadPublic(item.Handle).Name == item.Name, "the Name of a new object");
        }
        catch (TpmCommandException)
        {
            // The attacker moved it: that can't be told from an answer's handle, which no HMAC covers. Using it tells.
            HostileVictim.Believe(!v.Wire.Attacked.TrueForAll(static c => TpmHeader.Read(c).Code != (uint)TpmCc.CreatePrimary), "the handle of a new object");
        }
    }

    private static TpmuAttest Attested(Tpm2bAttest attest)
    {
        var reader = new TpmReader(attest.Span);
        TpmsAttest read = TpmsAttest.Read(ref reader);
        HostileVictim.Believe(read.ExtraData.Span, "nonce"u8, "qualifying data");
        return read.Attested;
    }

    private static void IsSigned(HostileVictim v, byte[] digest, TpmtSignature signature)
    {
        var ecc = (TpmuSignature.Ecc)signature.Signature!;
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PointOf(v.Real.PublicOf(HostileTpm.Signer)) });
        HostileVictim.Believe(key.VerifyHash(digest, (byte[])[.. Padded(ecc.SignatureR.Span), .. Padded(ecc.SignatureS.Span)]), "signature");
    }

    private static ECPoint PointOf(TpmtPublic key)
    {
        var point = (TpmuPublicId.Ecc)key.Unique;
        return new() { X = Padded(point.X.Span), Y = Padded(point.Y.Span) };
    }

    private static byte[] Padded(ReadOnlySpan<byte> number) => [.. new byte[32 - number.Length], .. number];
}
