using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>How one field is read, written and measured.</summary>
internal static class FieldEmitter
{
    /// <summary>The least number of bytes that the fields take, as a constant expression.</summary>
    public static string MinSize(IEnumerable<Field> fields)
    {
        string[] terms = [.. fields.Where(f => f.AbsentFor is null).Select(MinSize).Where(s => s != "0")];
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
            code.Line(field.AbsentFor is null
                ? $"var {field.Local} = {value};"
                : $"var {field.Local} = {Condition(field, fields, f => f.Local)} ? default : {value};");
        }
    }

    public static string ReadExpression(Field field, string reader, Field? selector = null) => field.Kind switch
    {
        FieldKind.Integer when field.Type == "int" => $"(int){reader}.ReadUInt32()",
        FieldKind.Integer => $"{reader}.ReadUInt{field.Bits}()",
        FieldKind.Enum => $"({field.Type}){reader}.ReadUInt{field.Bits}()",
        FieldKind.YesNo => $"{reader}.ReadYesNo()",
        FieldKind.Union => $"{field.Type}.Read(ref {reader}, {selector!.Local})",
        _ => $"{field.Type}.Read(ref {reader})",
    };

    /// <summary>Writes each field from the property of the same name.</summary>
    public static void Write(CodeWriter code, IEnumerable<Field> fields)
    {
        foreach (Field field in fields)
        {
            string write = WriteStatement(field, $"this.{field.Name}");
            if (field.AbsentFor is null)
            {
                code.Line(write);
                continue;
            }

            string condition = Condition(field, fields, f => "this." + f.Name);
            code.Open($"if (!({condition}))").Line(write).Close();
            code.Open($"else if (this.{field.Name} != default)")
                .Line($"throw new global::System.ArgumentException($\"{field.Name} is given, but {{this.{field.AbsentFor.Field}}} has none.\");")
                .Close();
        }
    }

    public static string WriteStatement(Field field, string value) => field.Kind switch
    {
        FieldKind.Integer when field.Type == "int" => $"writer.WriteUInt32((uint){value});",
        FieldKind.Integer => $"writer.WriteUInt{field.Bits}({value});",
        FieldKind.Enum => $"writer.WriteUInt{field.Bits}(({Unsigned(field.Bits)}){value});",
        FieldKind.YesNo => $"writer.WriteYesNo({value});",
        FieldKind.Union => $"{field.Type}.Write(ref writer, this.{field.Selector}, {value});",
        _ => $"{value}.Write(ref writer);",
    };

    private static string Condition(Field field, IEnumerable<Field> fields, Func<Field, string> name)
    {
        string on = name(fields.First(f => f.Name == field.AbsentFor!.Field));
        return $"{on} is {string.Join(" or ", field.AbsentFor!.Values)}";
    }

    private static string Unsigned(int bits) => bits switch { 8 => "byte", 16 => "ushort", 32 => "uint", _ => "ulong" };
}
