using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>A declaration as data, from which messages are shown as trees: see TpmShape.</summary>
internal static class ShapeEmitter
{
    private const string Spec = "global::TpmHw.Spec.";

    public static void Emit(CodeWriter code, Declaration declaration)
    {
        string name = $"\"{declaration.Type.SpecName}\"";
        string? shape = declaration switch
        {
            BufferDeclaration buffer => $"new {Spec}TpmBufferShape({name}, {buffer.SizeBytes}, {buffer.MaxSize}{Inside(buffer)})",
            ListDeclaration list => $"new {Spec}TpmListShape({name}, {Of(list.Item)}, {list.Max})",
            StructureDeclaration { IsSized: false, Fields: { Count: 1 } one } when one[0] is { Name: "Value", Kind: FieldKind.Integer } value =>
                $"new {Spec}TpmScalarShape({name}, {value.Bits}, static value => new {declaration.Type.Full}(({value.Type})value).ToString())",
            StructureDeclaration structure =>
                $"new {Spec}TpmStructureShape({name}, {Fields(structure.Fields)}, {Literal(structure.IsSized)}, {Literal(structure.IsOptional)})",
            UnionDeclaration union => $"new {Spec}TpmUnionShape({name}, [{Join(union.Cases.Select(Case))}], {Numbers(union.NothingFor)})",
            ArrayUnionDeclaration union =>
                $"new {Spec}TpmBytesUnionShape({name}, [{Join(union.Sizes.GroupBy(s => s.Size).Select(g => $"({g.Key}, {Numbers(g.Select(s => s.Selector))})"))}])",
            _ => null,
        };
        if (shape is not null)
        {
            code.Line().OpenPart(declaration.Type);
            Lazily(code, "TpmShape", shape);
            code.Close();
        }
    }

    /// <summary>The shape of an enum, beside it.</summary>
    public static void Emit(CodeWriter code, NamesDeclaration names)
    {
        string nameOf = names.IsFlags
            ? $"static value => {Spec}TpmSpecNames.Join(value, static bit => {Spec}TpmSpecNames.SpecName(({names.Type.Full})bit))"
            : $"static value => {Spec}TpmSpecNames.SpecName(({names.Type.Full})value)";
        code.Line($"namespace {names.Type.Namespace};").Line().Open($"internal static class {names.Type.Name}Shape");
        Lazily(code, "TpmShape", $"new {Spec}TpmScalarShape(\"{names.Type.SpecName}\", {names.Bits}, {nameOf})");
        code.Close();
    }

    public static void Emit(CodeWriter code, CommandDeclaration command)
    {
        string[] areas = [.. new[] { command.Fields, command.Response ?? default }.SelectMany(f => new[]
        {
            Fields([.. f.Where(x => x.Handle != HandleRole.Parameter)]),
            Fields([.. f.Where(x => x.Handle == HandleRole.Parameter)]),
        })];
        code.Line().OpenPart(command.Type);
        Lazily(code, "TpmCommandShape", $"new({Join(areas)})");
        code.Close();
    }

    /// <summary>Made on first use: most programs never look at one.</summary>
    private static void Lazily(CodeWriter code, string type, string value) => code
        .Line($"private static {Spec}{type}? s_shape;").Line()
        .Line($"internal static {Spec}{type} Shape => s_shape ??= {value};");

    private static string Inside(BufferDeclaration buffer) => buffer.Inside is null ? "" : $", static () => {buffer.Inside}.Shape";

    private static string Case(UnionCase one) => $"new({Numbers(one.Selectors)}, {Fields(one.Fields)})";

    private static string Fields(IReadOnlyList<Field> fields) => $"[{Join(fields.Select(f => Field(f, fields)))}]";

    private static string Field(Field field, IReadOnlyList<Field> fields)
    {
        int Index(string? name) => fields.Select((f, i) => f.Name == name ? i : -1).Max();
        string selected = field.Selector is null ? "" : $", SelectedBy: {Index(field.Selector)}";
        string absent = field.AbsentFor.Count == 0 ? "" : $", AbsentFor: [{Join(field.AbsentFor.Select(a => $"({Index(a.Field)}, {Numbers(a.Values)})"))}]";
        return $"new(\"{field.SpecName}\", {Of(field)}{selected}{absent}{(field.IsSecret ? ", IsSecret: true" : "")})";
    }

    private static string Of(Field field) => field.Kind switch
    {
        FieldKind.Enum when field.HasNames => $"{field.Type}Shape.Shape",
        FieldKind.Integer when field.Type == "int" => Spec + "TpmShape.Int32",
        FieldKind.Integer or FieldKind.Enum => $"{Spec}TpmShape.UInt{field.Bits}",
        FieldKind.YesNo => Spec + "TpmShape.YesNo",
        FieldKind.ResponseCode => Spec + "TpmShape.ResponseCode",
        _ => field.Type + ".Shape",
    };

    private static string Numbers(IEnumerable<string> values) => $"[{Join(values.Select(v => $"(ulong){v}"))}]";

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    private static string Literal(bool value) => value ? "true" : "false";
}
