using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>TPM2B of bytes: a value that holds memory, equals by content, and is never longer than its maximum.</summary>
internal static class BufferEmitter
{
    public static void Emit(CodeWriter code, BufferDeclaration buffer)
    {
        string name = buffer.Type.Name;
        code.OpenType(buffer.Type, $"global::TpmHw.Spec.ITpmStructure<{buffer.Type.Full}>, global::System.IEquatable<{buffer.Type.Full}>")
            .Line($"internal const int MinSize = {buffer.SizeBytes};")
            .Line();
        code.Doc("<summary>The most bytes that it holds.</summary>")
            .Line($"public const int MaxSize = {buffer.MaxSize};")
            .Line();
        BytesEmitter.Body(code, buffer.Type);
        code.Doc("<summary>Holds the bytes without copying them.</summary>")
            .Doc("<exception cref=\"global::System.ArgumentException\">There are more than <see cref=\"MaxSize\"/>.</exception>")
            .Open($"public {name}(global::System.ReadOnlyMemory<byte> buffer)")
            .Open("if (buffer.Length > MaxSize)")
            .Line($"throw new global::System.ArgumentException($\"{{buffer.Length}} bytes where {name} holds at most {{MaxSize}}.\", nameof(buffer));")
            .Close().Line()
            .Line("_buffer = buffer;")
            .Close().Line();
        (string read, string write) = buffer.SizeBytes switch
        {
            2 => ("ReadSized(MaxSize)", "WriteSized(_buffer.Span, MaxSize)"),
            1 => ("ReadSized8(MaxSize)", "WriteSized8(_buffer.Span, MaxSize)"),
            _ => ("ReadBytes(reader.Remaining)", "WriteBytes(_buffer.Span)"),
        };
        code.Doc("<inheritdoc/>").Line($"public static {name} Read(ref TpmReader reader) => new({(buffer.Type.IsSecret ? "TpmReader.CopySecret" : "reader.Copy")}(reader.{read}));").Line();
        code.Doc("<inheritdoc/>").Line($"public void Write(ref TpmWriter writer) => writer.{write};").Close();
    }
}
