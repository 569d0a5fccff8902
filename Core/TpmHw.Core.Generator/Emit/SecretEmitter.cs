using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>What keeps secrets out of text, and clears those that a TPM gave.</summary>
internal static class SecretEmitter
{
    /// <summary>The text of a type that is secret itself: its size.</summary>
    public static void Text(CodeWriter code, string size) => code.Line()
        .Doc("<summary>The size alone: what it holds is secret.</summary>")
        .Line($"public override string ToString() => global::TpmHw.Spec.SecretText.Of({size});");

    /// <summary>The members of a record of which some are secret; of those, the size.</summary>
    public static void Members(CodeWriter code, IReadOnlyList<Field> fields, string modifiers = "private")
    {
        if (!fields.Any(f => f.IsSecret))
        {
            return;
        }

        code.Line().Doc("<summary>The fields; of a secret, its size.</summary>").Open($"{modifiers} bool PrintMembers(global::System.Text.StringBuilder builder)");
        for (int i = 0; i < fields.Count; i++)
        {
            Field field = fields[i];
            code.Line($"builder.Append(\"{(i > 0 ? ", " : "")}{field.Name} = \").Append({(field.IsSecret ? Size(field) : $"this.{field.Name}.ToString()")});");
        }

        code.Line("return true;").Close();
    }

    /// <summary>What clears the secrets of a response.</summary>
    public static void Dispose(CodeWriter code, IReadOnlyList<Field> fields)
    {
        if (!fields.Any(f => f.IsSecret))
        {
            return;
        }

        code.Line().Doc("<summary>Clears the secrets of this response, and of every copy of it. Nobody has to.</summary>").Open("public void Dispose()");
        foreach (Field field in fields)
        {
            foreach (string way in field.SecretBuffers)
            {
                code.Line($"global::TpmHw.Spec.SecretMemory.Clear(this.{field.Name}{way}.Buffer);");
            }
        }

        code.Close();
    }

    private static string Size(Field field) => "global::TpmHw.Spec.SecretText." + field switch
    {
        { IsBuffer: true } => $"Of(this.{field.Name}.Size)",
        { Kind: FieldKind.Structure } => $"Of(this.{field.Name}{(field.IsTpm2b ? ", sizeOfSize: 2" : "")})",
        { Kind: FieldKind.Union } => "Some",
        _ => $"Of({field.Bits / 8})",
    };
}
