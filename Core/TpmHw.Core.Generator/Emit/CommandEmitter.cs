using Microsoft.CodeAnalysis.CSharp;
using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>A command, its response, and the two methods that send it.</summary>
internal static class CommandEmitter
{
    public static void Emit(CodeWriter code, CommandDeclaration command)
    {
        string name = command.Type.Full;
        string response = command.Response is null ? "global::TpmHw.Spec.TpmEmptyResponse" : name + ".Response";
        string? inClear = InClear(command);
        code.OpenType(command.Type, $"global::TpmHw.Spec.ITpmCommand<{name}, {response}>{(inClear is null ? "" : ", global::TpmHw.Spec.ISecretInClear")}")
            .Line($"static global::TpmHw.Spec.TpmCommandInfo global::TpmHw.Spec.ITpmMessage<{name}>.Info => {Info(command)};").Line();
        Message(code, command.Type.Name, command.Fields);
        if (inClear is not null)
        {
            code.Line().Line($"string? global::TpmHw.Spec.ISecretInClear.InClear => {inClear};");
        }

        if (command.Response is { } answered)
        {
            bool hasSecrets = answered.Any(f => f.IsSecret);
            code.Line().Open($"partial record struct Response : global::TpmHw.Spec.ITpmMessage<{response}>{(hasSecrets ? ", global::System.IDisposable" : "")}")
                .Line($"static global::TpmHw.Spec.TpmCommandInfo global::TpmHw.Spec.ITpmMessage<{response}>.Info => {Info(command)};").Line();
            Message(code, "Response", answered);
            SecretEmitter.Dispose(code, answered);
            code.Close();
        }

        code.Close();
    }

    /// <summary>The methods of Tpm2Commands.</summary>
    public static void EmitMethods(CodeWriter code, CommandDeclaration command)
    {
        string name = command.Type.Name;
        string type = command.Type.Full;
        string response = command.Response is null ? "global::TpmHw.Spec.TpmEmptyResponse" : type + ".Response";
        string documentation = command.Documentation.Length == 0 ? $"<summary>{name}.</summary>" : command.Documentation;
        if (command.Fields.Count == 0 || documentation.Contains("<param "))
        {
            documentation += !command.TakesSessions ? "" : "\n<param name=\"sessions\">The sessions that authorise, encrypt or audit; without any, authorisation values go as Tpm2Options.ProtectBus says.</param>";
            documentation += "\n<param name=\"cancellationToken\">Asks the TPM to stop.</param>";
        }

        documentation += "\n<exception cref=\"global::TpmHw.TpmCommandException\">The TPM answered with an error.</exception>";
        documentation += "\n<exception cref=\"global::TpmHw.TpmSessionException\">A session found that the response, or the TPM, is not the right one.</exception>";
        string entities = string.Join(", ", command.Fields.Where(f => f.Handle != HandleRole.Parameter).Select(f => f.Parameter));
        string parameters = string.Concat(command.Fields.Select(f => $"{(f.Handle != HandleRole.Parameter ? "global::TpmHw.TpmEntity" : f.Type)} {f.Parameter}, "))
            + (command.TakesSessions ? "global::TpmHw.TpmSessions sessions = default, " : "") + "global::System.Threading.CancellationToken cancellationToken = default";
        string call = $"<{type}, {response}>(new({string.Join(", ", command.Fields.Select(f => f.Parameter))}), {(entities.Length > 0 ? $"new({entities})" : "default")}, {(command.TakesSessions ? "sessions" : "default")}, cancellationToken)";
        bool empty = command.Response is null;
        code.Line("namespace TpmHw;").Line().Open("partial class Tpm2Commands")
            .Doc(documentation)
            .Line($"public {(empty ? "void" : response)} {name}({parameters}) =>")
            .Line($"    _engine.Execute{call};").Line()
            .Doc(documentation)
            .Line($"public global::System.Threading.Tasks.Task{(empty ? "" : $"<{response}>")} {name}Async({parameters}) =>")
            .Line($"    _engine.ExecuteAsync{call};")
            .Close();
    }

    public static string Info(CommandDeclaration command)
    {
        int handles = command.Fields.Count(f => f.Handle != HandleRole.Parameter);
        int authorized = command.Fields.Count(f => f.Handle > HandleRole.None);
        int responseHandles = command.Response?.Count(f => f.Handle != HandleRole.Parameter) ?? 0;
        return $"new({command.Code}, {handles}, {authorized}, {responseHandles}, {StartsSized(command.Fields)}, {StartsSized(command.Response)})"
            + $" {{ CommandSecrets = {Secrets(command.Fields)}, ResponseSecrets = {Secrets(command.Response)}, TakesSessions = {(command.TakesSessions ? "true" : "false")}, HasParameters = {(command.Fields.Any(f => f.Handle == HandleRole.Parameter) ? "true" : "false")}, {Traits(command.Traits)} }}";
    }

    private static string Traits(CommandTraits traits)
    {
        string since = traits.Since is { } version ? $"{version}" : "global::TpmHw.Spec.TpmCommandInfo.FirstVersion";
        return $"Since = {since}"
            + (traits.Duration is null ? "" : $", Duration = {traits.Duration}")
            + (traits.IsRepeatable ? ", IsRepeatable = true" : "")
            + (traits.IsOptional || traits.Since is not null ? ", IsRare = true" : "");
    }

    /// <summary>The expression that says what to do instead of sending a secret in clear, or null if there is no such secret.</summary>
    private static string? InClear(CommandDeclaration command)
    {
        InClear[] all = [.. command.Fields.Concat(command.Response ?? default).Select(f => f.InClear!).Where(c => c?.Instead is not null)];
        string? always = all.FirstOrDefault(c => c.When is null)?.Instead;
        return all.Length == 0 ? null
            : string.Concat(all.Where(c => c.When is not null).Select(c => $"this.{c.When} ? {Literal(c.Instead!)} : ")) + (always is null ? "null" : Literal(always));
    }

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    private static string Secrets(IEnumerable<Field>? fields)
    {
        Field[] parameters = [.. (fields ?? []).Where(f => f.Handle == HandleRole.Parameter)];
        return "global::TpmHw.Spec.SecretPart." + (
            !parameters.Any(f => f.IsSecret) ? "None"
            : parameters[0].IsTpm2b && !parameters.Skip(1).Any(f => f.IsSecret) ? "First"
            : "All");
    }

    private static string StartsSized(IEnumerable<Field>? fields) =>
        fields?.FirstOrDefault(f => f.Handle == HandleRole.Parameter)?.IsTpm2b == true ? "true" : "false";

    private static void Message(CodeWriter code, string name, EquatableArray<Field> fields)
    {
        Field[] handles = [.. fields.Where(f => f.Handle != HandleRole.Parameter)];
        Field[] parameters = [.. fields.Where(f => f.Handle == HandleRole.Parameter)];
        code.Doc("<inheritdoc/>").Open($"public static {name} Read(ref TpmReader handles, ref TpmReader parameters)");
        FieldEmitter.Read(code, handles, "handles");
        FieldEmitter.Read(code, parameters, "parameters");
        code.Line($"return new({StructureEmitter.Locals(fields)});").Close().Line();
        code.Doc("<inheritdoc/>").Open("public void WriteHandles(ref TpmWriter writer)");
        FieldEmitter.Write(code, handles);
        code.Close().Line();
        code.Doc("<inheritdoc/>").Open("public void WriteParameters(ref TpmWriter writer)");
        FieldEmitter.Write(code, parameters);
        code.Close();
        SecretEmitter.Members(code, fields);
    }
}
