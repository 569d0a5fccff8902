using System.Security.Cryptography;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Chapters 14 to 17 and 19 of Part 3.</summary>
internal sealed partial class EveryCommand
{
    private static readonly byte[] s_data = "some data to work on"u8.ToArray();

    private void Primitives()
    {
        _keys.With(Keys.Rsa, key =>
        {
            var padding = new TpmtRsaDecrypt(TpmAlgId.Oaep, new TpmuAsymScheme.Hash(TpmAlgId.Sha256));
            Tpm2bData label = "label\0"u8.ToArray();
            var encrypted = Commands.RsaEncrypt(key, s_data, padding, label);
            Assert.Equal(s_data, Commands.RsaDecrypt(key, encrypted.OutData, padding, label).Message.Span);
        });
        _keys.With(Keys.Agreement, key =>
        {
            var shared = Commands.EcdhKeyGen(key);
            Assert.Equal(shared.ZPoint, Commands.EcdhZGen(key, shared.PubPoint).OutPoint);
            ushort counter = Commands.EcEphemeral(TpmEccCurve.NistP256).Counter;
            Assert.Equal(shared.ZPoint, Commands.ZGen2Phase(key, shared.PubPoint, shared.PubPoint, TpmAlgId.Ecdh, counter).OutZ1);
        });
        TpmsAlgorithmDetailEcc curve = Commands.EccParameters(TpmEccCurve.NistP256).Parameters;
        Assert.Equal(256, curve.KeySize);
        Assert.StartsWith("6B17D1F2E12C4247F8BCE6E5", curve.GX.ToString(), StringComparison.Ordinal); // SEC 2, 2.4.2
        _keys.With(Keys.Anonymous, key => Assert.NotEqual(0, Commands.Commit(key, new TpmsEccPoint(), default, default).E.Point.X.Size));
        _keys.With(Keys.Cipher, key =>
        {
            Tpm2bIv iv = new byte[16];
            Tpm2bMaxBuffer encrypted = Commands.EncryptDecrypt2(key, s_data, false, TpmAlgId.Null, iv).OutData;
            Assert.Equal(s_data, Commands.EncryptDecrypt2(key, encrypted, true, TpmAlgId.Cfb, iv).OutData.Span);
            Assert.Equal(s_data, Commands.EncryptDecrypt(key, true, TpmAlgId.Null, iv, encrypted).OutData.Span);
        });
        Commands.Hash(s_data, TpmAlgId.Sha256, TpmRh.Owner);
        Commands.GetRandom(16);
        Commands.StirRandom(s_data);
    }

    private void Sequences()
    {
        TpmHandle sequence = Commands.HashSequenceStart(default, TpmAlgId.Sha256).SequenceHandle;
        Commands.SequenceUpdate(sequence, s_data);
        Assert.Equal(SHA256.HashData([.. s_data, .. s_data]), Commands.SequenceComplete(sequence, s_data, TpmRh.Owner).Result.Span);

        sequence = Commands.HashSequenceStart(default, TpmAlgId.Null).SequenceHandle;
        TpmlDigestValues results = Commands.EventSequenceComplete(TpmHandle.Pcr(16), sequence, s_data).Results;
        Assert.Equal(SHA256.HashData(s_data), results.Single(d => d.HashAlg == TpmAlgId.Sha256).Digest.Span);

        _keys.With(Keys.Hmac, key =>
        {
            Tpm2bDigest whole = Commands.Hmac(key, s_data, TpmAlgId.Null).OutHmac;
            TpmHandle started = Commands.HmacStart(key, default, TpmAlgId.Null).SequenceHandle;
            Assert.Equal(whole, Commands.SequenceComplete(started, s_data, TpmRh.Null).Result);
        });
    }
}
