using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Secrets stay out of text: logs, exceptions, debuggers.</summary>
public sealed class SecretTextTests
{
    private const int Rounds = 30;

    private static readonly Type[] s_types =
    [
        .. RandomValues.Implementing(typeof(ITpmStructure<>)).Concat(RandomValues.Implementing(typeof(ITpmMessage<>)))
            .Concat(typeof(TpmuSensitiveComposite).GetNestedTypes())
            .Where(t => DeclaredSecrets.IsSecret(t) || DeclaredSecrets.Fields(t).Any(DeclaredSecrets.IsSecret)),
    ];

    /// <summary>Every generated type that is secret or holds a secret.</summary>
    public static TheoryData<Type> Types => [.. s_types];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_value_with_secrets_has_none_of_them_in_its_text(Type type)
    {
        var random = new Random(3);
        int seen = 0;
        for (int i = 0; i < Rounds; i++)
        {
            object value = RandomValues.Make(type, random);
            string text = value.ToString()!;
            foreach (byte[] secret in DeclaredSecrets.In(value).Where(s => s.Length >= 4))
            {
                seen++;
                Assert.DoesNotContain(Convert.ToHexString(secret), text, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("secret byte", text, StringComparison.Ordinal);
            }
        }

        Assert.True(seen > 0);
    }

    [Fact]
    public void A_value_with_secrets_that_was_never_filled_in_has_a_text()
    {
        foreach (Type type in s_types.Where(t => t.IsValueType))
        {
            Assert.NotEmpty(Activator.CreateInstance(type)!.ToString()!);
        }
    }

    [Fact]
    public void Secrets_are_told_by_their_size_and_the_rest_as_it_is()
    {
        Assert.Equal("12 secret bytes", ((Tpm2bAuth)new byte[12]).ToString());
        Assert.Equal("Response { RandomBytes = 1 secret byte }", new GetRandom.Response(new byte[1]).ToString());
        Assert.Equal(
            "NvDefineSpace { AuthHandle = TPM_RH_OWNER, Auth = 3 secret bytes, PublicInfo = " + default(Tpm2bNvPublic) + " }",
            new NvDefineSpace(TpmRh.Owner, new byte[3], default).ToString());
        Assert.Equal("Response { OutZ1 = 10 secret bytes, OutZ2 = 4 secret bytes }", new ZGen2Phase.Response(new(new(new byte[3], new byte[3])), default).ToString());
        Assert.Equal("ABCD", ((Tpm2bDigest)new byte[] { 0xAB, 0xCD }).ToString());
    }
}
