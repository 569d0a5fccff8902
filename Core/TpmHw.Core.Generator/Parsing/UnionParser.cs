using Microsoft.CodeAnalysis;
using TpmHw.Generator.Model;

namespace TpmHw.Generator.Parsing;

/// <summary>Turns a union of either form into its model.</summary>
internal static class UnionParser
{
    public static Parsed Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        string selector = context.Attributes[0].AttributeClass!.TypeArguments[0].Full();
        var problems = new List<Problem>();
        Declaration? declaration = null;
        if (type.IsPartialStruct(record: false))
        {
            declaration = Arrays(type, selector, problems);
        }
        else if (type is { TypeKind: TypeKind.Class, IsRecord: true, IsAbstract: true } && type.IsPartial())
        {
            declaration = Cases(type, selector, problems);
        }
        else
        {
            problems.Add(Problem.At(type.Locations[0], Rules.WrongType, type.Name, "an abstract partial record, or for byte arrays a readonly partial struct"));
        }

        return new(problems.Count == 0 ? declaration : null, new(problems));
    }

    private static ArrayUnionDeclaration Arrays(INamedTypeSymbol type, string selector, List<Problem> problems)
    {
        var sizes = new List<ArraySize>();
        foreach (AttributeData attribute in type.GetAttributes().Where(a => a.AttributeClass?.Name == "SelectorAttribute"))
        {
            sizes.AddRange(attribute.Values(0).Select(value => new ArraySize(value, attribute.Named("Size", 0))));
        }

        CheckSelectors(type, sizes.Select(s => s.Selector), problems);
        return new(type.TypeName(), selector, new(sizes));
    }

    private static UnionDeclaration Cases(INamedTypeSymbol type, string selector, List<Problem> problems)
    {
        EquatableArray<string> nothing = type.Attribute("NothingFor")?.Values(0) ?? default;
        var cases = new List<UnionCase>();
        foreach (INamedTypeSymbol nested in type.GetTypeMembers())
        {
            EquatableArray<string> selectors = nested.Attribute("Selector")?.Values(0) ?? default;
            bool otherwise = nested.Has("Otherwise");
            string? wrong =
                !SymbolEqualityComparer.Default.Equals(nested.BaseType, type) || !nested.IsRecord || !nested.IsSealed || !nested.IsPartial()
                    ? "must be a sealed partial record derived from its union"
                : (selectors.Count > 0) == otherwise ? "needs either [Selector] with its values or [Otherwise]"
                : null;
            if (wrong is not null)
            {
                problems.Add(Problem.At(nested.Locations[0], Rules.WrongCase, nested.Name, wrong));
                continue;
            }

            cases.Add(new(nested.Name, selectors, FieldParser.Fields(nested, problems)));
        }

        CheckSelectors(type, cases.SelectMany(c => c.Selectors).Concat(nothing), problems);
        return new(type.TypeName(), selector, new(cases), nothing);
    }

    private static void CheckSelectors(INamedTypeSymbol type, IEnumerable<string> selectors, List<Problem> problems)
    {
        foreach (IGrouping<string, string> twice in selectors.GroupBy(s => s).Where(g => g.Count() > 1))
        {
            problems.Add(Problem.At(type.Locations[0], Rules.WrongCase, type.Name, $"has more than one case for {twice.Key}"));
        }
    }
}
