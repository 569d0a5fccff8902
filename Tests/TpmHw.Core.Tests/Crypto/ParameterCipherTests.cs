using System.Security.Cryptography;
using System.Text;
using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.Crypto;

/// <summary>Parameter encryption against .NET's own CFB, with the key and vector that KDFa gives.</summary>
public sealed class ParameterCipherTests
{
    private static readonly byte[] s_key = Encoding.ASCII.GetBytes("a session's key");
    private static readonly byte[] s_newer = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] s_older = RandomNumberGenerator.GetBytes(16);

    [Theory]
    [InlineData(128)]
    [InlineData(192)]
    [InlineData(256)]
    public void Every_length_is_CFB_with_feedback_of_a_whole_block(ushort keyBits)
    {
        using var cipher = new ParameterCipher(100);
        using var aes = Aes.Create();
        byte[] derived = new byte[keyBits / 8 + 16];
        TpmKdf.A(TpmAlgId.Sha256, s_key, "CFB"u8, s_newer, s_older, 8 * derived.Length, derived);
        aes.Key = derived[..^16];

        for (int length = 1; length <= 100; length++)
        {
            byte[] plain = RandomNumberGenerator.GetBytes(length);
            byte[] whole = [.. plain, .. new byte[-length & 15]];
            byte[] expected = aes.EncryptCfb(whole, derived[^16..], PaddingMode.None, feedbackSizeInBits: 128)[..length];
            byte[] data = [.. plain];

            cipher.Apply(new(TpmAlgId.Aes, keyBits, TpmAlgId.Cfb), TpmAlgId.Sha256, s_key, s_newer, s_older, encrypts: true, data);
            Assert.Equal(expected, data);
            cipher.Apply(new(TpmAlgId.Aes, keyBits, TpmAlgId.Cfb), TpmAlgId.Sha256, s_key, s_newer, s_older, encrypts: false, data);
            Assert.Equal(plain, data);
        }
    }
}
