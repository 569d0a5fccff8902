using System.Collections;
using System.Reflection;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>What is declared secret, found by looking at the declarations and not at what the generator made of them.</summary>
internal static class DeclaredSecrets
{
    /// <summary>Every declared command.</summary>
    public static Type[] Commands { get; } = [.. typeof(TpmHandle).Assembly.GetTypes().Where(t => t.GetCustomAttribute<TpmCommandAttribute>() is not null)];

    /// <summary>Whether the field is a secret or holds one.</summary>
    public static bool IsSecret(ParameterInfo field) => field.GetCustomAttribute<SecretAttribute>() is not null || IsSecret(field.ParameterType);

    /// <summary>Whether a value of the type is a secret or holds one.</summary>
    public static bool IsSecret(Type type) => type.GetCustomAttribute<SecretAttribute>() is not null
        || (IsDeclared(type) && (Fields(type).Any(IsSecret) || type.GetNestedTypes().Any(IsSecret) || Items(type).Any(IsSecret)))
        || (Nullable.GetUnderlyingType(type) is { } inside && IsSecret(inside));

    /// <summary>The declared fields of a record.</summary>
    public static ParameterInfo[] Fields(Type type) => type.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? [];

    /// <summary>The secret bytes in a value, buffer by buffer.</summary>
    public static IEnumerable<byte[]> In(object? value, bool isSecret = false) => Buffers(value, isSecret).Select(b => b.ToArray());

    /// <summary>The secret buffers in a value, as they are in memory.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Buffers(object? value, bool isSecret = false)
    {
        if (value is null || value.GetType() is { IsPrimitive: true } or { IsEnum: true })
        {
            return [];
        }

        Type type = value.GetType();
        isSecret |= type.GetCustomAttribute<SecretAttribute>() is not null;
        if (type.GetProperty("Buffer")?.GetValue(value) is ReadOnlyMemory<byte> buffer && type.GetProperty("Span") is not null)
        {
            return isSecret ? [buffer] : [];
        }

        return value is IEnumerable items
            ? items.Cast<object>().SelectMany(item => Buffers(item, isSecret))
            : Fields(type).SelectMany(f => Buffers(type.GetProperty(f.Name!)!.GetValue(value), isSecret || f.GetCustomAttribute<SecretAttribute>() is not null));
    }

    private static bool IsDeclared(Type type) => type.Namespace == typeof(TpmHandle).Namespace && !type.IsEnum;

    private static Type[] Items(Type type) =>
        [.. type.GetCustomAttributes().Select(a => a.GetType()).Where(a => a.Name == "TpmListAttribute`1").Select(a => a.GenericTypeArguments[0])];
}
