using Microsoft.CodeAnalysis;
using TpmHw.Generator.Model;

namespace TpmHw.Generator.Parsing;

/// <summary>Turns the parameters of a record into fields, and says what is wrong with them.</summary>
internal static class FieldParser
{
    private const string ResponseCode = "TpmHw.Wire.TpmResponseCode";

    private static readonly string[] s_structures = ["TpmStructure", "TpmList"];

    public static EquatableArray<Field> Fields(INamedTypeSymbol type, List<Problem> problems, bool isOptional = false)
    {
        IReadOnlyList<IParameterSymbol> parameters = type.DeclaredFields();
        var fields = new List<Field>();
        for (int i = 0; i < parameters.Count; i++)
        {
            IParameterSymbol parameter = parameters[i];
            Location? location = parameter.Locations.FirstOrDefault();
            ITypeSymbol fieldType = isOptional ? ((INamedTypeSymbol)parameter.Type).TypeArguments[0] : parameter.Type;
            Field field = Classify(fieldType, parameter.Name, parameter);
            if (Wrong(field, parameter, parameters.Take(i)) is { } wrong)
            {
                problems.Add(Problem.At(location, wrong.Rule, wrong.Arguments));
                continue;
            }

            if (IsHandleOutOfPlace(field, parameter, fields))
            {
                problems.Add(Problem.At(location, Rules.WrongHandle, field.Name));
            }

            if (field.Kind == FieldKind.Rest && i != parameters.Count - 1)
            {
                problems.Add(Problem.At(location, Rules.RestNotLast, field.Name));
            }

            fields.Add(field);
        }

        return new(fields);
    }

    /// <summary>The item of a list.</summary>
    public static Field? Item(ITypeSymbol type)
    {
        Field item = Classify(type, "item", attributes: null);
        return item.Type.Length > 0 && item.Kind is not (FieldKind.Union or FieldKind.Rest) ? item : null;
    }

    private static Field Classify(ITypeSymbol type, string name, ISymbol? attributes)
    {
        string? selector = attributes?.Attribute("SelectedBy")?.ConstructorArguments[0].Value as string;
        IEnumerable<AbsentFor> absent = attributes?.Attributes("AbsentFor").Select(a => new AbsentFor((string)a.ConstructorArguments[0].Value!, a.Values(1))) ?? [];
        HandleRole handle = attributes?.Attribute("Handle") is { } h
            ? (HandleRole)(int)h.ConstructorArguments[0].Value!
            : HandleRole.Parameter;
        (FieldKind Kind, int Bits)? form = Form(type);
        bool isSecret = (attributes?.Has("Secret") ?? false) || Secrets.AreIn(type);
        return new(name, form?.Kind ?? default, form is null ? "" : type.Full(), form?.Bits ?? 0, selector, new(absent), handle,
            attributes?.SpecName() ?? "", isSecret, type.Has("TpmNames"))
        {
            InClear = attributes is null ? null : Secrets.InClear(attributes),
            IsBuffer = type.Has("TpmBuffer"),
            SecretBuffers = isSecret ? new(Secrets.Buffers(type)) : default,
        };
    }

    private static (FieldKind Kind, int Bits)? Form(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Boolean } => (FieldKind.YesNo, 8),
        INamedTypeSymbol { EnumUnderlyingType: { } underlying } when Bits(underlying) is > 0 and int bits => (FieldKind.Enum, bits),
        _ when Bits(type) is > 0 and int bits => (FieldKind.Integer, bits),
        _ when type.ToDisplayString() == ResponseCode => (FieldKind.ResponseCode, 32),
        _ when type.Has("TpmUnion") => (FieldKind.Union, 0),
        _ when type.Attribute("TpmBuffer")?.Named("SizeBytes", 2) is { } size => size == 0 ? (FieldKind.Rest, 0) : (FieldKind.Structure, 8 * size),
        _ when type.Has("TpmSized") => (FieldKind.Structure, 16),
        _ when Array.Exists(s_structures, type.Has) => (FieldKind.Structure, 0),
        _ => null,
    };

    public static int Bits(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Byte or SpecialType.System_SByte => 8,
        SpecialType.System_UInt16 => 16,
        SpecialType.System_UInt32 or SpecialType.System_Int32 => 32,
        SpecialType.System_UInt64 => 64,
        _ => 0,
    };

    private static (DiagnosticDescriptor Rule, string[] Arguments)? Wrong(Field field, IParameterSymbol parameter, IEnumerable<IParameterSymbol> earlier)
    {
        if (field.Type.Length == 0)
        {
            return (Rules.UnknownFieldType, [field.Name, parameter.Type.ToDisplayString()]);
        }

        if (field.Kind == FieldKind.Union)
        {
            ITypeSymbol wanted = parameter.Type.Attribute("TpmUnion")!.AttributeClass!.TypeArguments[0];
            if (!earlier.Any(p => p.Name == field.Selector && SymbolEqualityComparer.Default.Equals(p.Type, wanted)))
            {
                return (Rules.WrongSelector, [field.Name, wanted.Name]);
            }
        }

        return field.AbsentFor.FirstOrDefault(absent => !earlier.Any(p => p.Name == absent.Field)) is { } wrong
            ? (Rules.WrongCondition, [field.Name, wrong.Field])
            : null;
    }

    private static bool IsHandleOutOfPlace(Field field, IParameterSymbol parameter, List<Field> earlier) =>
        field.Handle != HandleRole.Parameter
        && (parameter.Type.ToDisplayString() != Symbols.Namespace + ".TpmHandle"
            || earlier.Count >= 3
            || earlier.Any(f => f.Handle < (field.Handle > HandleRole.None ? HandleRole.User : HandleRole.None)));
}
