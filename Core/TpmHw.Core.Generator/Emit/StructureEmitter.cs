using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>TPMS, TPMT, and TPM2B of a structure.</summary>
internal static class StructureEmitter
{
    public static void Emit(CodeWriter code, StructureDeclaration structure)
    {
        TypeName type = structure.Type;
        code.OpenType(type, $"global::TpmHw.Spec.ITpmStructure<{type.Full}>")
            .Line($"internal const int MinSize = {(structure.IsSized ? "2" : FieldEmitter.MinSize(structure.Fields))};")
            .Line();
        if (structure.IsSized)
        {
            Wrapping(code, type, structure.Fields[0]);
        }

        code.Doc("<inheritdoc/>").Open($"public static {type.Name} Read(ref TpmReader reader)");
        if (structure.IsSized)
        {
            code.Line("TpmReader inside = reader.Slice(reader.ReadUInt16());");
            Open(code, type, "inside");
            if (structure.IsOptional)
            {
                code.Open("if (inside.Remaining == 0)").Line("return default;").Close().Line();
            }

            FieldEmitter.Read(code, structure.Fields, "inside");
            code.Line("inside.ReadEnd();");
        }
        else
        {
            Open(code, type, "reader");
            FieldEmitter.Read(code, structure.Fields, "reader");
            if (type.IsSecret)
            {
                code.Line("reader.CloseSecret();");
            }
        }

        code.Line($"return new({Locals(structure.Fields)});").Close().Line();

        code.Doc("<inheritdoc/>").Open("public void Write(ref TpmWriter writer)");
        if (structure.IsSized)
        {
            code.Line("int start = writer.OpenSize16();");
        }

        if (structure.IsOptional)
        {
            code.Line($"this.{structure.Fields[0].Name}?.Write(ref writer);");
        }
        else
        {
            FieldEmitter.Write(code, structure.Fields);
        }

        if (structure.IsSized)
        {
            code.Line("writer.CloseSize16(start);");
        }

        code.Close();
        if (type.IsSecret)
        {
            SecretEmitter.Text(code, structure.IsSized ? "this, sizeOfSize: 2" : "this");
        }
        else
        {
            SecretEmitter.Members(code, structure.Fields);
        }

        code.Close();
    }

    public static string Locals(IEnumerable<Field> fields) => string.Join(", ", fields.Select(f => f.Local));

    private static void Open(CodeWriter code, TypeName type, string reader)
    {
        if (type.IsSecret)
        {
            code.Line($"{reader}.OpenSecret();");
        }
    }

    private static void Wrapping(CodeWriter code, TypeName type, Field field) => code
        .Doc($"<summary>Puts a size before <see cref=\"{field.Name}\"/>.</summary>")
        .Line($"public static implicit operator {type.Name}({field.Type} {field.Parameter}) => new({field.Parameter});")
        .Line();
}
