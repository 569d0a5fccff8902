using System.Reflection;
using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>A session encrypts the first parameter alone, and only if it is a TPM2B (Part 1, 21.1): what becomes of the other secrets.</summary>
public sealed class SecretsInClearTests
{
    private static readonly TpmtSymDefObject s_aes = new(TpmAlgId.Aes, 128, TpmAlgId.Cfb);
    private static readonly TpmtSymDefObject s_none = new(TpmAlgId.Null);

    // A command that puts a secret in clear, and commands of its kind that do not.
    private static readonly Dictionary<Type, (object Clear, object[] Others)> s_refused = new()
    {
        [typeof(Import)] = (
            new Import(default, default, default, new byte[8], default, s_none),
            [new Import(default, default, default, new byte[8], default, s_aes), new Import(default, default, default, new byte[8], new byte[8], s_none)]),
        [typeof(Duplicate)] = (
            new Duplicate(default, TpmRh.Null, default, s_none),
            [new Duplicate(default, TpmRh.Null, default, s_aes), new Duplicate(default, new TpmHandle(0x80000001), default, s_none)]),
        [typeof(EncryptDecrypt)] = (new EncryptDecrypt(default, false, TpmAlgId.Cfb, default, new byte[8]), []),
        [typeof(ZGen2Phase)] = (
            new ZGen2Phase(default, default, default, TpmAlgId.Ecdh, 1),
            [new ZGen2Phase(default, default, default, TpmAlgId.Ecmqv, 1), new ZGen2Phase(default, default, default, TpmAlgId.Sm2, 1)]),
    };

    [Fact]
    public void Every_secret_is_encrypted_or_refused_or_has_a_reason_to_be_in_clear()
    {
        Assert.Equal(134, DeclaredSecrets.Commands.Length);
        var told = new List<string>();
        var missing = new List<string>();
        foreach (Type command in DeclaredSecrets.Commands)
        {
            bool takesSessions = !command.GetCustomAttribute<TpmCommandAttribute>()!.NoSessions;
            foreach (Type? message in (Type?[])[command, command.GetNestedType("Response")])
            {
                ParameterInfo[] fields = [.. DeclaredSecrets.Fields(message ?? typeof(object)).Where(f => f.GetCustomAttribute<HandleAttribute>() is null)];
                foreach (ParameterInfo field in fields.Where(DeclaredSecrets.IsSecret))
                {
                    string name = $"{command.Name}{(message == command ? "" : ".Response")}.{field.Name}";
                    string? fate = takesSessions && field == fields[0] && IsTpm2b(field.ParameterType) ? "encrypted"
                        : field.GetCustomAttribute<AllowedInClearAttribute>() is { Reason.Length: > 20 } allowed ? "in clear: " + allowed.Reason
                        : field.GetCustomAttribute<InClearAttribute>() is { } refused && IsRefused(command, refused) ? "refused: " + refused.Instead
                        : null;
                    told.Add($"{name}: {fate}");
                    if (fate is null)
                    {
                        missing.Add(name);
                    }
                }
            }
        }

        Assert.True(missing.Count == 0, $"Nothing is said of {string.Join(", ", missing)}.\n{string.Join('\n', told)}");
        Assert.True(told.Count > 60, string.Join('\n', told));
        Assert.Equal(4, told.Count(t => t.Contains(": in clear: ", StringComparison.Ordinal)));
        Assert.Equal(4, told.Count(t => t.Contains(": refused: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_command_that_puts_no_secret_in_clear_is_not_refused()
    {
        Assert.All(s_refused.Values.SelectMany(r => r.Others), other => Assert.Null(((ISecretInClear)other).InClear));
        Assert.Equal(s_refused.Keys.ToHashSet(), DeclaredSecrets.Commands.Where(typeof(ISecretInClear).IsAssignableFrom).ToHashSet());
    }

    private static bool IsRefused(Type command, InClearAttribute declared) =>
        s_refused.TryGetValue(command, out (object Clear, object[] Others) known)
        && (known.Others.Length > 0) == (declared.When is not null)
        && ((ISecretInClear)known.Clear).InClear == declared.Instead;

    private static bool IsTpm2b(Type type) =>
        type.GetCustomAttribute<TpmSizedAttribute>() is not null || type.GetCustomAttribute<TpmBufferAttribute>() is { SizeBytes: 2 };
}
