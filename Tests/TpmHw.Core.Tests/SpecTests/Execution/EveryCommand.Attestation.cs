using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Chapters 18, 20 and 21 of Part 3.</summary>
internal sealed partial class EveryCommand
{
    private static readonly TpmtSigScheme s_keysOwn = new(TpmAlgId.Null);

    private void Attestation()
    {
        var created = Commands.CreatePrimary(TpmRh.Owner, Keys.Empty, Keys.Signing, default, []);
        TpmHandle key = created.ObjectHandle;
        var point = (TpmuPublicId.Ecc)created.OutPublic.PublicArea.Unique;
        using ECDsa verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = { X = point.X.Buffer.ToArray(), Y = point.Y.Buffer.ToArray() },
        });
        Tpm2bData nonce = RandomNumberGenerator.GetBytes(16);

        var certified = Commands.Certify(key, key, nonce, s_keysOwn);
        Assert.Equal(created.Name, Assert.IsType<TpmuAttest.Certify>(Checked(certified.CertifyInfo, certified.Signature)).Name);

        var creation = Commands.CertifyCreation(key, key, nonce, created.CreationHash, s_keysOwn, created.CreationTicket);
        Assert.Equal(created.CreationHash, Assert.IsType<TpmuAttest.Creation>(Checked(creation.CertifyInfo, creation.Signature)).CreationHash);

        var quote = Commands.Quote(key, nonce, s_keysOwn, [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0, 1))]);
        Assert.Equal(SHA256.HashData(new byte[64]), Assert.IsType<TpmuAttest.Quote>(Checked(quote.Quoted, quote.Signature)).PcrDigest.Span);

        var time = Commands.GetTime(TpmRh.Endorsement, key, nonce, s_keysOwn);
        Assert.NotEqual(0UL, Assert.IsType<TpmuAttest.Time>(Checked(time.TimeInfo, time.Signature)).FirmwareVersion);

        Commands.SetCommandCodeAuditStatus(TpmRh.Owner, TpmAlgId.Null, [TpmCc.GetRandom], []);
        Commands.GetRandom(1);
        var audit = Commands.GetCommandAuditDigest(TpmRh.Endorsement, key, nonce, s_keysOwn);
        Assert.NotEqual(0, Assert.IsType<TpmuAttest.CommandAudit>(Checked(audit.AuditInfo, audit.Signature)).AuditDigest.Size);

        Tpm2bDigest digest = SHA256.HashData(s_data);
        TpmtSignature signature = Commands.Sign(key, digest, s_keysOwn, new(TpmSt.HashCheck, TpmRh.Null, default)).Signature;
        Assert.True(verifier.VerifyHash(digest.Span, Fixed(signature)));
        Assert.Equal(TpmSt.Verified, Commands.VerifySignature(key, digest, signature).Validation.Tag);
        Commands.FlushContext(key);

        TpmuAttest Checked(Tpm2bAttest attest, TpmtSignature signature)
        {
            Assert.True(verifier.VerifyData(attest.Span, Fixed(signature), HashAlgorithmName.SHA256));
            var reader = new TpmReader(attest.Span);
            TpmsAttest attested = TpmsAttest.Read(ref reader);
            reader.ReadEnd();
            Assert.Equal(TpmGenerated.Value, attested.Magic);
            Assert.Equal(nonce, attested.ExtraData);
            return attested.Attested;
        }
    }

    /// <summary>A certificate of a key for itself.</summary>
    private void Certificates() => _keys.With(Keys.Signing with { ObjectAttributes = Keys.Signing.ObjectAttributes | TpmaObject.X509Sign }, key =>
    {
        var partial = new AsnWriter(AsnEncodingRules.DER);
        using (partial.PushSequence())
        {
            Name();
            using (partial.PushSequence())
            {
                partial.WriteUtcTime(new(2026, 1, 1, 0, 0, 0, default));
                partial.WriteUtcTime(new(2036, 1, 1, 0, 0, 0, default));
            }

            Name();
            using (partial.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (partial.PushSequence())
            {
                partial.WriteEncodedValue(KeyUsage());
            }
        }

        var certified = Commands.CertifyX509(key, key, default, s_keysOwn, partial.Encode());
        Assert.Equal(32, certified.TbsDigest.Size);
        Assert.Equal(TpmAlgId.Ecdsa, certified.Signature.SigAlg);

        void Name() => partial.WriteEncodedValue(new X500DistinguishedName("CN=key").RawData);

        static byte[] KeyUsage()
        {
            var extension = new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true);
            var der = new AsnWriter(AsnEncodingRules.DER);
            using (der.PushSequence())
            {
                der.WriteObjectIdentifier(extension.Oid!.Value!);
                der.WriteBoolean(extension.Critical);
                der.WriteOctetString(extension.RawData);
            }

            return der.Encode();
        }
    });

    /// <summary>Both numbers with their leading zeros (IEEE P1363).</summary>
    private static byte[] Fixed(TpmtSignature signature)
    {
        var numbers = (TpmuSignature.Ecc)signature.Signature!;
        byte[] both = new byte[64];
        numbers.SignatureR.Span.CopyTo(both.AsSpan(32 - numbers.SignatureR.Size));
        numbers.SignatureS.Span.CopyTo(both.AsSpan(64 - numbers.SignatureS.Size));
        return both;
    }
}
