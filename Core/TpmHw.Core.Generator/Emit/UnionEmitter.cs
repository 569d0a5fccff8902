using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>TPMU of either form: both are read and written for a selector that an earlier field holds.</summary>
internal static class UnionEmitter
{
    public static void Emit(CodeWriter code, UnionDeclaration union)
    {
        string name = union.Type.Name;
        string nullable = union.NothingFor.Count > 0 ? "?" : "";
        code.OpenType(union.Type).Line($"private protected {name}()").Line("{").Line("}").Line();
        code.Doc("<summary>Reads the case that goes with a selector.</summary>")
            .Doc("<exception cref=\"TpmFormatException\">No case does, or its bytes are wrong.</exception>")
            .Open($"public static {name}{nullable} Read(ref TpmReader reader, {union.Selector} selector) => selector switch");
        foreach (UnionCase one in union.Cases.Where(c => c.Selectors.Count > 0))
        {
            code.Line($"{string.Join(" or ", one.Selectors)} => {one.Name}.Read(ref reader),");
        }

        if (union.NothingFor.Count > 0)
        {
            code.Line($"{string.Join(" or ", union.NothingFor)} => null,");
        }

        UnionCase? otherwise = union.Cases.FirstOrDefault(c => c.Selectors.Count == 0);
        code.Line(otherwise is null
                ? $"_ => throw reader.Bad($\"a selector of {{selector}} that {name} has no case for\"),"
                : $"_ => {otherwise.Name}.Read(ref reader),")
            .Close(";").Line();

        code.Doc("<summary>Writes the case that goes with a selector.</summary>")
            .Doc("<exception cref=\"global::System.ArgumentException\">The value is another case.</exception>")
            .Open($"public static void Write(ref TpmWriter writer, {union.Selector} selector, {name}? value)")
            .Open("switch (selector, value)");
        foreach (UnionCase one in union.Cases.Where(c => c.Selectors.Count > 0))
        {
            code.Line($"case ({string.Join(" or ", one.Selectors)}, {one.Name} it): it.Write(ref writer); break;");
        }

        if (union.NothingFor.Count > 0)
        {
            code.Line($"case ({string.Join(" or ", union.NothingFor)}, null): break;");
        }

        if (otherwise is not null)
        {
            string known = string.Join(" or ", union.Cases.SelectMany(c => c.Selectors).Concat(union.NothingFor));
            code.Line($"case (not ({known}), {otherwise.Name} it): it.Write(ref writer); break;");
        }

        code.Line($"default: throw new global::System.ArgumentException($\"{name} {{value?.GetType().Name ?? \"null\"}} does not go with the selector {{selector}}.\", nameof(value));")
            .Close()
            .Close();
        foreach (UnionCase one in union.Cases)
        {
            Case(code, one);
        }

        code.Close();
    }

    public static void Emit(CodeWriter code, ArrayUnionDeclaration union)
    {
        string name = union.Type.Name;
        code.OpenType(union.Type, $"global::System.IEquatable<{union.Type.Full}>");
        BytesEmitter.Body(code, union.Type);
        code.Doc("<summary>Holds the bytes without copying them.</summary>")
            .Line($"public {name}(global::System.ReadOnlyMemory<byte> buffer) => _buffer = buffer;").Line();
        code.Doc("<summary>How many bytes go with a selector; null where it is none of this union's.</summary>")
            .Open($"public static int? SizeFor({union.Selector} selector) => selector switch");
        foreach (IGrouping<int, ArraySize> size in union.Sizes.GroupBy(s => s.Size))
        {
            code.Line($"{string.Join(" or ", size.Select(s => s.Selector))} => {size.Key},");
        }

        code.Line("_ => null,").Close(";").Line();
        code.Doc("<summary>Reads as many bytes as go with a selector.</summary>")
            .Doc("<exception cref=\"TpmFormatException\">It is none of this union's, or there are fewer bytes.</exception>")
            .Line($"public static {name} Read(ref TpmReader reader, {union.Selector} selector) =>")
            .Line($"    new(reader.Copy(reader.ReadBytes(SizeFor(selector) ?? throw reader.Bad($\"a selector of {{selector}} that {name} has no size for\"))));").Line();
        code.Doc("<summary>Writes the bytes.</summary>")
            .Doc("<exception cref=\"global::System.ArgumentException\">Their number is not the one that goes with the selector.</exception>")
            .Open($"public static void Write(ref TpmWriter writer, {union.Selector} selector, {name} value)")
            .Open("if (SizeFor(selector) != value.Size)")
            .Line($"throw new global::System.ArgumentException($\"{{value.Size}} bytes where {{selector}} has {{SizeFor(selector)}}.\", nameof(value));")
            .Close().Line()
            .Line("writer.WriteBytes(value.Span);")
            .Close()
            .Close();
    }

    private static void Case(CodeWriter code, UnionCase one)
    {
        code.Line().Open($"partial record {one.Name}").Open($"internal static {one.Name} Read(ref TpmReader reader)");
        FieldEmitter.Read(code, one.Fields, "reader");
        code.Line($"return new({StructureEmitter.Locals(one.Fields)});").Close().Line()
            .Open("internal void Write(ref TpmWriter writer)");
        FieldEmitter.Write(code, one.Fields);
        code.Close();
        SecretEmitter.Members(code, one.Fields, "protected override");
        code.Close();
    }
}
