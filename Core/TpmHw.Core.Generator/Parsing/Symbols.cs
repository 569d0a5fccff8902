using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TpmHw.Generator.Model;

namespace TpmHw.Generator.Parsing;

/// <summary>What the declarations' attributes say of a symbol.</summary>
internal static class Symbols
{
    public const string Namespace = "TpmHw.Spec";

    public static AttributeData? Attribute(this ISymbol symbol, string name) => symbol.Attributes(name).FirstOrDefault();

    public static IEnumerable<AttributeData> Attributes(this ISymbol symbol, string name) => symbol.GetAttributes().Where(
        a => a.AttributeClass is { } type && type.Name == name + "Attribute" && type.ContainingNamespace.ToDisplayString() == Namespace);

    public static bool Has(this ISymbol symbol, string attribute) => symbol.Attribute(attribute) is not null;

    /// <summary>A type's or field's name in the specification: given, or made of the words of its name here.</summary>
    public static string SpecName(this ISymbol symbol) =>
        symbol.Attribute("TpmName")?.ConstructorArguments[0].Value as string
        ?? (symbol is ITypeSymbol ? Words(symbol.Name) : Lower(symbol.Name));

    /// <summary>FamilyIndicator to familyIndicator.</summary>
    public static string Lower(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>FamilyIndicator to FAMILY_INDICATOR: a new word at every capital letter, digits stay with their word.</summary>
    public static string Words(string name) => string.Concat(name.Select((c, i) =>
        char.IsUpper(c) && i > 0 && name[i - 1] != '_' ? "_" + c : char.ToUpperInvariant(c).ToString()));

    /// <summary>A named argument's value.</summary>
    public static T? Named<T>(this AttributeData attribute, string name, T? otherwise = default) =>
        attribute.NamedArguments.Where(a => a.Key == name).Select(a => a.Value.Value).FirstOrDefault() is T value ? value : otherwise;

    /// <summary>A named argument, or null if it is not given.</summary>
    public static TypedConstant? Given(this AttributeData attribute, string name) =>
        attribute.NamedArguments.Where(a => a.Key == name).Select(a => (TypedConstant?)a.Value).FirstOrDefault();

    /// <summary>The enum constants of a params argument, as expressions.</summary>
    public static EquatableArray<string> Values(this AttributeData attribute, int argument) =>
        new(attribute.ConstructorArguments.ElementAtOrDefault(argument) is { Kind: TypedConstantKind.Array } array
            ? array.Values.Select(Expression)
            : []);

    /// <summary>An enum constant as an expression: its member's name, or a cast where it has none.</summary>
    public static string Expression(this TypedConstant constant)
    {
        string type = constant.Type!.Full();
        string? member = constant.Type!.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, constant.Value))?.Name;
        return member is null ? $"({type}){constant.Value}" : $"{type}.{member}";
    }

    public static bool IsNullable(this ITypeSymbol type) => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    public static string Full(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>A record's declared fields: the parameters of its primary constructor.</summary>
    public static IReadOnlyList<IParameterSymbol> DeclaredFields(this INamedTypeSymbol type) => type.InstanceConstructors
        .FirstOrDefault(c => c.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is RecordDeclarationSyntax))?.Parameters ?? [];

    public static TypeName TypeName(this INamedTypeSymbol type) => new(
        type.ContainingNamespace.ToDisplayString(),
        type.Name,
        (type.IsRecord, type.TypeKind) switch
        {
            (true, TypeKind.Struct) => "record struct",
            (true, _) => "record",
            (false, TypeKind.Struct) => "struct",
            _ => "class",
        },
        type.SpecName(),
        type.Has("Secret"));

    /// <summary>Whether the type is declared as a partial record struct, or as a partial struct of any kind.</summary>
    public static bool IsPartialStruct(this INamedTypeSymbol type, bool record) =>
        type.TypeKind == TypeKind.Struct && type.IsReadOnly && type.IsRecord == record && type.IsPartial();

    public static bool IsPartial(this INamedTypeSymbol type) => type.DeclaringSyntaxReferences
        .Select(r => r.GetSyntax()).OfType<TypeDeclarationSyntax>()
        .All(t => t.Modifiers.Any(m => m.ValueText == "partial"));
}
