using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>How one field is read, written and measured.</summary>
internal static class FieldEmitter
{
    /// <summary>The least number of bytes that the fields take, as a constant expression.</summary>
    public static string MinSize(IEnumerable<Field> fields)
    {
        string[] terms = [.. fields.Where(f => f.AbsentFor.Count == 0).Select(MinSize).Where(s => s != "0")];
        return terms.Length == 0 ? "0" : string.Join(" + ", terms);
    }

    public static string MinSize(Field field) => field.Kind switch
    {
        FieldKind.Structure => $"{field.Type}.MinSize",
        _ => $"{field.Bits / 8}",
    };

    /// <summary>Reads each field into a local, in the order of the wire.</summary>
    public static void Read(CodeWriter code, IEnumerable<Field> fields, string reader)
    {
        foreach (Field field in fields)
        {
            string value = ReadExpression(field, reader, fields.FirstOrDefault(f => f.Name == field.Selector));
            if (field.IsSecret)
            {
                code.Line($"{reader}.OpenSecret();");
            }

            code.Line(field.AbsentFor.Count == 0
                ? $"var {field.Local} = {value};"
                : $"var {field.Local} = {Condition(field, fields, f => f.Local)} ? default : {value};");
            if (field.IsSecret)
            {
                code.Line($"{reader}.CloseSecret();");
            }
        }
    }

    public static string ReadExpression(Field field, string reader, Field? selector = null) => field.Kind switch
    {
        FieldKind.Integer when field.Type == "int" => $"(int){reader}.ReadUInt32()",
        FieldKind.Integer => $"{reader}.ReadUInt{field.Bits}()",
        FieldKind.Enum => $"({field.Type}){reader}.ReadUInt{field.Bits}()",
        FieldKind.YesNo => $"{reader}.ReadYesNo()",
        FieldKind.ResponseCode => $"new {field.Type}({reader}.ReadUInt32())",
        FieldKind.Union => $"{field.Type}.Read(ref {reader}, {selector!.Local})",
        _ => $"{field.Type}.Read(ref {reader})",
    };

    /// <summary>Writes each field from the property of the same name.</summary>
    public static void Write(CodeWriter code, IEnumerable<Field> fields)
    {
        foreach (Field field in fields)
        {
            string write = WriteStatement(field, $"this.{field.Name}");
            if (field.AbsentFor.Count == 0)
            {
                code.Line(write);
                continue;
            }

            string condition = Condition(field, fields, f => "this." + f.Name);
            code.Open($"if (!({condition}))").Line(write).Close();
            code.Open($"else if (this.{field.Name} != default)")
                .Line($"throw new global::System.ArgumentException($\"{field.Name} is given, but {string.Join(" and ", field.AbsentFor.Select(a => $"{{this.{a.Field}}}"))} has none.\");")
                .Close();
        }
    }

    public static string WriteStatement(Field field, string value) => field.Kind switch
    {
        FieldKind.Integer when field.Type == "int" => $"writer.WriteUInt32((uint){value});",
        FieldKind.Integer => $"writer.WriteUInt{field.Bits}({value});",
        FieldKind.Enum => $"writer.WriteUInt{field.Bits}(({Unsigned(field.Bits)}){value});",
        FieldKind.YesNo => $"writer.WriteYesNo({value});",
        FieldKind.ResponseCode => $"writer.WriteUInt32({value}.Value);",
        FieldKind.Union => $"{field.Type}.Write(ref writer, this.{field.Selector}, {value});",
        _ => $"{value}.Write(ref writer);",
    };

    private static string Condition(Field field, IEnumerable<Field> fields, Func<Field, string> name) => string.Join(" || ", field.AbsentFor.Select(absent =>
    {
        Field on = fields.First(f => f.Name == absent.Field);
        string value = on.Kind == FieldKind.Structure ? $"(global::TpmHw.Spec.TpmRh){name(on)}.Value" : name(on);
        return $"{value} is {string.Join(" or ", absent.Values)}";
    }));

    private static string Unsigned(int bits) => bits switch { 8 => "byte", 16 => "ushort", 32 => "uint", _ => "ulong" };
}
