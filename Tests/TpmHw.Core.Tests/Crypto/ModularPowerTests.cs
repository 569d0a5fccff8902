using System.Numerics;
using System.Security.Cryptography;
using TpmHw.Crypto;

namespace TpmHw.Core.Tests.Crypto;

/// <summary>The power for RSA against that of .NET's big numbers.</summary>
public sealed class ModularPowerTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void The_power_of_a_random_number_is_what_big_numbers_give(int bits)
    {
        var random = new Random(bits);
        for (int i = 0; i < 20; i++)
        {
            byte[] modulus = Modulus(random, bits);
            byte[] number = new byte[modulus.Length];
            random.NextBytes(number);
            Check(number, modulus); // at times above the modulus
        }
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void The_power_of_a_number_at_the_edge_is_what_big_numbers_give(int bits)
    {
        byte[] least = new byte[bits / 8];
        (least[0], least[^1]) = (0x80, 1);
        byte[] most = new byte[bits / 8];
        most.AsSpan().Fill(0xFF);
        foreach (byte[] modulus in (byte[][])[least, most, Modulus(new(1), bits)])
        {
            var n = Number(modulus);
            foreach (BigInteger number in (BigInteger[])[0, 1, 2, n - 1, n, n + 1 < Number(most) ? n + 1 : n, Number(most), BigInteger.One << (bits - 1), n >> 1])
            {
                Check(Bytes(number, modulus.Length), modulus);
            }
        }
    }

    [Fact]
    public void What_RSA_encrypts_its_private_key_decrypts()
    {
        using RSA rsa = RSA.Create(2048);
        RSAParameters key = rsa.ExportParameters(includePrivateParameters: true);
        byte[] number = new byte[256];
        new Random(7).NextBytes(number.AsSpan(1));
        byte[] power = new byte[256];
        ModularPower.Compute(number, key.Modulus, power);
        Assert.Equal(Number(number), BigInteger.ModPow(Number(power), Number(key.D!), Number(key.Modulus!)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("00000001", "80000002")]
    [InlineData("00000001", "00000003")]
    [InlineData("000001", "800001")]
    [InlineData("0000000001", "80000001")]
    public void A_modulus_that_is_none_is_refused_before_anything_is_computed(string number, string modulus) =>
        Assert.Throws<ArgumentException>(() => ModularPower.Compute(Convert.FromHexString(number), Convert.FromHexString(modulus), new byte[modulus.Length / 2]));

    private static void Check(byte[] number, byte[] modulus)
    {
        byte[] power = new byte[modulus.Length];
        ModularPower.Compute(number, modulus, power);
        Assert.Equal(Bytes(BigInteger.ModPow(Number(number), 65537, Number(modulus)), modulus.Length), power);
    }

    private static byte[] Modulus(Random random, int bits)
    {
        byte[] modulus = new byte[bits / 8];
        random.NextBytes(modulus);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return modulus;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int size)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - bytes.Length], .. bytes];
    }
}
