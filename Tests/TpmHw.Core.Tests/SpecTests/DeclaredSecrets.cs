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

    private static bool IsDeclared(Type type) => type.Namespace == typeof(TpmHandle).Namespace && !type.IsEnum;

    private static Type[] Items(Type type) =>
        [.. type.GetCustomAttributes().Select(a => a.GetType()).Where(a => a.Name == "TpmListAttribute`1").Select(a => a.GenericTypeArguments[0])];
}
