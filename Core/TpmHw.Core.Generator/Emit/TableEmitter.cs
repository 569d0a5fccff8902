using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>Tables: commands by their code, names by their value.</summary>
internal static class TableEmitter
{
    public static void EmitCommands(CodeWriter code, IEnumerable<CommandDeclaration> commands)
    {
        code.Line("namespace TpmHw.Spec;").Line().Open("partial record struct TpmCommandInfo")
            .Doc("<summary>What is known of a command; null where it is not declared.</summary>")
            .Open("public static TpmCommandInfo? Find(TpmCc code) => code switch");
        foreach (CommandDeclaration command in commands)
        {
            code.Line($"{command.Code} => {CommandEmitter.Info(command).Replace("new(", "new TpmCommandInfo(")},");
        }

        code.Line("_ => null,").Close(";").Line()
            .Open("internal static TpmCommandShape? ShapeOf(TpmCc code) => code switch");
        foreach (CommandDeclaration command in commands)
        {
            code.Line($"{command.Code} => {command.Type.Full}.Shape,");
        }

        code.Line("_ => null,").Close(";").Close();
    }

    public static void EmitNames(CodeWriter code, NamesDeclaration names)
    {
        code.Line("namespace TpmHw.Spec;").Line().Open("public static partial class TpmSpecNames")
            .Doc("<summary>The name that the specification gives to the value; null where it gives none.</summary>")
            .Open($"public static string? SpecName(this {names.Type.Full} value) => value switch");
        foreach (ValueName value in names.Values)
        {
            code.Line($"{names.Type.Full}.{value.Member} => \"{value.Name}\",");
        }

        code.Line("_ => null,").Close(";").Close();
    }
}
