using System.Security.Cryptography;
using System.Text;
using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Crypto;

/// <summary>KDFa and KDFe against vectors that google/go-tpm publishes, and KDFa against .NET's SP 800-108, which it is.</summary>
public sealed class KeyDerivationTests
{
    [Theory]
    [InlineData(TpmAlgId.Sha1, "ff", "CFB", "86ed23c15d086e70a8eae700680e75d20cff", "51122c5879b277ff", 140, "0d0be71c885d10eb61f2219000885c2d7658")]
    [InlineData(TpmAlgId.Sha1, "", "IDENTITY", "4e462df0430f697bdb85c61a4ec7628943", "ff80c59598996ff148c6574472ece01c608a02", 283, "04512482418b546925489d197cadb96768cfe9744a9142f1360de6021a94bc8dda277697")]
    [InlineData(TpmAlgId.Sha1, "f33e8c7d0efe0f", "CFB", "002ba8440f2e389a7a086726c47b2bc332a0", "fb4746f1b68c0f75174fa7", 400, "6e5d4c0212cb1f908c0aa34c91f74b3bf429eab89f0b532b1cc7f34f240ee100c63e0b4cf5bb0017e178ef8902a5bf18a3fd")]
    [InlineData(TpmAlgId.Sha256, "ff5625623188b99180b53e96108e3e01d19c18db598631d56c", "STORAGE", "ef12916d91f3ed8355f100ef7d3553ff69eb63edd59a0048eeda77", "800bce408c34f800", 17, "0051bb")]
    [InlineData(TpmAlgId.Sha256, "", "SECRET", "fbf51f160255018bbc8efea4c36ac4fb4cbba34e9eff", "3cea0fdc2600", 200, "a26c73dca13a265e09eec4b0abc4ecb2bf8d26db04e8823ee6")]
    [InlineData(TpmAlgId.Sha256, "e38573d849a5cfc9973f58b4535e42b7c08ef28b1b3e775375b5c66b9644be", "STORAGE", "00586dccbebc998087e4", "", 552, "968f349b066ed26be3bd4e78333eb5c5b51c26ea376efe5dfaf061a2cf7f5eb82e4fcc2a30736e30f12b48ab17efd10576a4cf33450324b3f20011628df7a07c411f8c0f6c")]
    public void KDFa_gives_what_others_get(TpmAlgId hash, string key, string label, string contextU, string contextV, int bits, string result)
    {
        byte[] derived = new byte[(bits + 7) / 8];
        TpmKdf.A(hash, Convert.FromHexString(key), Encoding.ASCII.GetBytes(label), Convert.FromHexString(contextU), Convert.FromHexString(contextV), bits, derived);
        Assert.Equal(result, Convert.ToHexStringLower(derived));
    }

    [Theory]
    [InlineData(TpmAlgId.Sha1, "4f60ef1e20d3a266e4ed45ff", "STORAGE", "d309dcef2fb76c", "81e625e75002c0596146a68669443ecbf699ff", 103, "78e19b34a31ad8723f5eb1ea1a")]
    [InlineData(TpmAlgId.Sha1, "00d7ee02e0ef81ba58a52596015b2a72ec17aa52", "SECRET", "00b3ff860f0968ba67b667887f", "001e8fc255871476d7b3e8", 25, "000e99f3")]
    [InlineData(TpmAlgId.Sha1, "fffaefd2dcf59ac10ffee96d388ecc7fa0274b25", "INTEGRITY", "ff7876ca3325140c1739", "ffdaea80b8", 320, "39bde917d4529cfb171ebb49c8aa83777481f50cf0df162c3f12b9c8ab21ddcbed2e8a8b688c8b66")]
    [InlineData(TpmAlgId.Sha256, "2b418b9f09962bff", "SECRET", "ffed8a9f771bcc6b11e0e036d832f9b9c910a63277fd", "01394db684834375e79357d836c0b3a19298018fa9f99deaf61737b0c35403ff", 475, "01ae04951e969a70b08f5e5bf0ba7218a60593160d1c4282e013967c1fb577323582d81aaff3ce11b074cec39e75bfc958d7b8bc6c6bab3b0a1ce415")]
    [InlineData(TpmAlgId.Sha256, "6cbfdee9e66367b676", "STORAGE", "c303fe79ff", "79e34519a8a32f13d400", 728, "e59560660988b3d66e3a76bcc96110cc199bfa0418dca315f7070619e04fa0b6cdb2912db3786aaa34f2cad7dcee560eed2b4c3f7566e533e4a3bba9c9364397dd2ce45a0b85dde5c83fea27b4fb20bb0125346d24e5d9321f81b2")]
    [InlineData(TpmAlgId.Sha256, "ace0b616d2536451ca1fe0d9744107b88e5500", "IDENTITY", "e5aeb5370365c400", "2e3345f6e9cca8341eb82e4098fe", 3, "07")]
    public void KDFe_gives_what_others_get(TpmAlgId hash, string z, string label, string partyU, string partyV, int bits, string result)
    {
        byte[] derived = new byte[(bits + 7) / 8];
        TpmKdf.E(hash, Convert.FromHexString(z), Encoding.ASCII.GetBytes(label), Convert.FromHexString(partyU), Convert.FromHexString(partyV), bits, derived);
        Assert.Equal(result, Convert.ToHexStringLower(derived));
    }

    [Theory]
    [InlineData(TpmAlgId.Sha256)]
    [InlineData(TpmAlgId.Sha384)]
    [InlineData(TpmAlgId.Sha512)]
    public void KDFa_is_the_counter_mode_of_SP_800_108(TpmAlgId hash)
    {
        byte[] key = [1, 2, 3];
        foreach (int size in (int[])[1, 16, 32, 33, 200])
        {
            byte[] derived = new byte[size];
            TpmKdf.A(hash, key, "ATH"u8, [4, 5], [6], 8 * size, derived);
            Assert.Equal(SP800108HmacCounterKdf.DeriveBytes(key, TpmHash.NameOf(hash), "ATH"u8.ToArray(), new byte[] { 4, 5, 6 }, size), derived);
        }
    }

    [Theory]
    [InlineData("0023000b000304600020bef56b8c1cc84e11edd717528d2cd99356bd2bbf8f015209c3f84aeeaba8e8a20006008000430010000300100020f126562cedff2fa344c6234085de4250112ecf72d0714336970de012ba977da9002017436ee1160921fdd2ed033e11ba04ed0cedf2ca462246118a359f8eb469b531", "5cea796303c5b3aba6c42334c0211c2b3ae62397740e97c9c3ade39756f4a71d", "cabb2edd36e5253664b558de2ddf8ac9deea99168ab0edb6c2d06a1d90c62c4e", "0020544e4be9da6b7060a90307ed83cad6a9b45502f9e400bf0c3cb99f9a1dbe733b0020f1186daa24d1e57d0dc7b6700d2693068c6a5cef84c57fa7cbe5c04950b024f3")]
    [InlineData("0023000400030460001495c1ee7fc5a82c31f673eac2e21cbd408a23cb4a00060080004300100003001000201199c06486c755a076ae2c8b5081af0af0f25793186a28af2962538382fc47cc00209a67815a0c2d64be0d02762dbbe03dad8eb05c461bf0209c65107575a264eeac", "b24b17ed5abf211bc667c7e8ed25daacf00d6fae880488b45e792067c17c5b19", "26c21fe94d03a90bee71e9ff532802a7eda2e47a", "00204433e1dde0ad8674b9479a64826671dbcd1094576a8b1273997915e3a79977e5002037be0cce8344317214bfc65fae5e6a846d871b57ce5020220e5f5d51247dcb0b")]
    public void A_salt_for_an_elliptic_curve_key_is_what_others_get(string publicKey, string ephemeral, string salt, string encrypted)
    {
        var reader = new Wire.TpmReader(Convert.FromHexString(publicKey));
        TpmtPublic key = TpmtPublic.Read(ref reader);
        using var mine = ECDiffieHellman.Create();
        mine.ImportParameters(new() { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(ephemeral) });
        using var made = new TpmSecret(TpmHash.MaxSize);
        byte[] result = SaltEncryption.ForEcc(mine, ECCurve.NamedCurves.nistP256, 32, (TpmuPublicId.Ecc)key.Unique, key.NameAlg, "SECRET"u8, made);
        Assert.Equal(salt, Convert.ToHexStringLower(made.Span));
        Assert.Equal(encrypted, Convert.ToHexStringLower(result));
    }
}
