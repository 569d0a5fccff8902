using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using TpmHw.Generator.Model;

namespace TpmHw.Generator.Parsing;

/// <summary>Turns an attributed type into its model.</summary>
internal static class DeclarationParser
{
    public static Parsed Buffer(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken) => Parse(context, "a readonly partial struct", record: false, (type, attribute, problems) =>
    {
        int max = (int)attribute.ConstructorArguments[0].Value!;
        int sizeBytes = attribute.Named("SizeBytes", 2);
        if (max < 1 || sizeBytes is < 0 or > 2 || (sizeBytes > 0 && max >= 1 << (8 * sizeBytes)))
        {
            problems.Add(Problem.At(type.Locations[0], Rules.WrongSize, type.Name, $"{max}"));
        }

        return new BufferDeclaration(type.TypeName(), max, sizeBytes, attribute.Named<ITypeSymbol>("Holds")?.Full());
    });

    public static Parsed List(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken) => Parse(context, "a readonly partial struct", record: false, (type, attribute, problems) =>
    {
        ITypeSymbol item = attribute.AttributeClass!.TypeArguments[0];
        Field? field = FieldParser.Item(item);
        if (field is null)
        {
            problems.Add(Problem.At(type.Locations[0], Rules.UnknownFieldType, type.Name, item.ToDisplayString()));
        }

        return field is null ? null : new ListDeclaration(type.TypeName(), field, attribute.Named("Max", int.MaxValue));
    });

    public static Parsed Structure(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken) =>
        Parse(context, "a readonly partial record struct", record: true, (type, attribute, problems) =>
        {
            bool isSized = attribute.AttributeClass!.Name == "TpmSizedAttribute";
            bool isOptional = isSized && type.DeclaredFields() is { Count: 1 } one && one[0].Type.IsNullable();
            return new StructureDeclaration(type.TypeName(), FieldParser.Fields(type, problems, isOptional), isSized, isOptional);
        });

    public static Parsed Command(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken) => Parse(context, "a readonly partial record struct", record: true, (type, attribute, problems) =>
    {
        INamedTypeSymbol? response = type.GetTypeMembers("Response").FirstOrDefault();
        if (response is not null && !response.IsPartialStruct(record: true))
        {
            problems.Add(Problem.At(response.Locations[0], Rules.WrongType, response.Name, "a readonly partial record struct"));
        }

        bool takesSessions = !attribute.Named("NoSessions", false);
        return new CommandDeclaration(
            type.TypeName(),
            attribute.ConstructorArguments[0].Expression(),
            Fields(type),
            response is null ? null : Fields(response),
            Documentation(type),
            takesSessions,
            new(
                attribute.Given("Since")?.Value as int?,
                attribute.Given("Duration")?.Expression(),
                attribute.Named("Optional", false),
                attribute.Named("Repeatable", false)));

        EquatableArray<Field> Fields(INamedTypeSymbol message)
        {
            EquatableArray<Field> fields = FieldParser.Fields(message, problems);
            Secrets.Check(message, fields, takesSessions, problems);
            return fields;
        }
    });

    public static Parsed Names(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var prefix = (string)context.Attributes[0].ConstructorArguments[0].Value!;
        bool isFlags = type.GetAttributes().Any(a => a.AttributeClass?.Name == "FlagsAttribute");
        IEnumerable<ValueName> values = type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue)
            .GroupBy(f => f.ConstantValue)
            .Select(g => g.First())
            .Select(f => new ValueName(f.Name, prefix + (f.Attribute("TpmName")?.ConstructorArguments[0].Value as string ?? (isFlags ? Symbols.Lower(f.Name) : Symbols.Words(f.Name)))));
        return new(new NamesDeclaration(type.TypeName(), FieldParser.Bits(type.EnumUnderlyingType!), isFlags, new(values)), default);
    }

    public static Parsed Parse(
        GeneratorAttributeSyntaxContext context, string wanted, bool record, Func<INamedTypeSymbol, AttributeData, List<Problem>, Declaration?> parse)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        if (!type.IsPartialStruct(record))
        {
            return new(null, new([Problem.At(type.Locations[0], Rules.WrongType, type.Name, wanted)]));
        }

        var problems = new List<Problem>();
        Declaration? declaration = parse(type, context.Attributes[0], problems);
        return new(problems.Count == 0 ? declaration : null, new(problems));
    }

    /// <summary>The inside of the doc comment, with the parameters named as the method's are.</summary>
    private static string Documentation(INamedTypeSymbol type)
    {
        string? xml = type.GetDocumentationCommentXml();
        if (string.IsNullOrWhiteSpace(xml))
        {
            return "";
        }

        XElement member = XElement.Parse(xml);
        foreach (XElement parameter in member.Descendants().Where(e => e.Name.LocalName is "param" or "paramref"))
        {
            string name = parameter.Attribute("name")!.Value;
            parameter.SetAttributeValue("name", char.ToLowerInvariant(name[0]) + name.Substring(1));
        }

        return string.Join("\n", member.Elements().Select(e => e.ToString(SaveOptions.DisableFormatting)));
    }
}
