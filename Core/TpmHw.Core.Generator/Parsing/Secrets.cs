using Microsoft.CodeAnalysis;
using TpmHw.Generator.Model;

namespace TpmHw.Generator.Parsing;

/// <summary>What is secret, and whether a session can encrypt it.</summary>
internal static class Secrets
{
    /// <summary>Whether a type is declared secret, or has something in it that is.</summary>
    public static bool AreIn(ITypeSymbol type) => type is INamedTypeSymbol named
        && (named.Has("Secret")
            || named.TypeArguments.Any(AreIn)
            || named.GetAttributes().Any(a => a.AttributeClass is { Name: "TpmListAttribute" } list && list.TypeArguments.Any(AreIn))
            || (IsDeclared(named) && named.DeclaredFields().Any(f => f.Has("Secret") || AreIn(f.Type)))
            || (named.Has("TpmUnion") && named.GetTypeMembers().Any(one => one.DeclaredFields().Any(f => f.Has("Secret") || AreIn(f.Type)))));

    /// <summary>What a field's declaration says of its being in clear.</summary>
    public static InClear? InClear(ISymbol field) =>
        field.Attribute("InClear") is { } refused
            ? new((string)refused.ConstructorArguments[0].Value!, refused.Named<string>("When"))
            : field.Has("AllowedInClear") ? new(null, null) : null;

    /// <summary>
    /// Says which secrets no session can encrypt although the declaration has nothing to say of it, and of which other
    /// fields it says so: a session takes the first parameter alone, and only if it is a TPM2B (Part 1, 21.1).
    /// </summary>
    public static void Check(INamedTypeSymbol type, EquatableArray<Field> fields, bool takesSessions, List<Problem> problems)
    {
        Field[] parameters = [.. fields.Where(f => f.Handle == HandleRole.Parameter)];
        for (int i = 0; i < parameters.Length; i++)
        {
            Field field = parameters[i];
            bool isInClear = field.IsSecret && !(takesSessions && i == 0 && field.IsTpm2b);
            if (isInClear != field.InClear is not null)
            {
                IParameterSymbol symbol = type.DeclaredFields().First(p => p.Name == field.Name);
                problems.Add(Problem.At(symbol.Locations.FirstOrDefault(), isInClear ? Rules.SecretInClear : Rules.NotInClear, field.Name));
            }
        }
    }

    /// <summary>The ways from a value of the type to the buffers in it.</summary>
    public static IEnumerable<string> Buffers(ITypeSymbol type) =>
        type.Has("TpmBuffer") || (type.IsValueType && type.Has("TpmUnion")) ? [""]
        : type is INamedTypeSymbol named && IsDeclared(named) ? named.DeclaredFields().SelectMany(f => Buffers(f.Type).Select(inside => $".{f.Name}{inside}"))
        : [];

    private static bool IsDeclared(INamedTypeSymbol type) => type.Has("TpmStructure") || type.Has("TpmSized");
}
