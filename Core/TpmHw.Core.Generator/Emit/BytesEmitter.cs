using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>What every value that is bytes and nothing else has: the bytes, conversions to it, equality by content, text.</summary>
internal static class BytesEmitter
{
    public static void Body(CodeWriter code, TypeName type)
    {
        string name = type.Name;
        code.Line("private readonly global::System.ReadOnlyMemory<byte> _buffer;").Line();
        code.Doc("<summary>The bytes.</summary>").Line("public global::System.ReadOnlyMemory<byte> Buffer => _buffer;").Line();
        code.Doc("<summary>The bytes.</summary>").Line("public global::System.ReadOnlySpan<byte> Span => _buffer.Span;").Line();
        code.Doc("<summary>How many bytes there are.</summary>").Line("public int Size => _buffer.Length;").Line();
        code.Doc("<summary>Holds the bytes without copying them.</summary>")
            .Line($"public static implicit operator {name}(byte[]? buffer) => new(buffer);").Line();
        code.Doc("<summary>Holds the bytes without copying them.</summary>")
            .Line($"public static implicit operator {name}(global::System.ReadOnlyMemory<byte> buffer) => new(buffer);").Line();
        code.Doc("<summary>Whether both have the same bytes.</summary>")
            .Line($"public static bool operator ==({name} left, {name} right) => left.Equals(right);").Line();
        code.Doc("<summary>Whether their bytes differ.</summary>")
            .Line($"public static bool operator !=({name} left, {name} right) => !left.Equals(right);").Line();
        code.Doc("<inheritdoc/>")
            .Line($"public bool Equals({name} other) => global::System.MemoryExtensions.SequenceEqual(_buffer.Span, other._buffer.Span);").Line();
        code.Doc("<inheritdoc/>").Line($"public override bool Equals(object? obj) => obj is {name} other && Equals(other);").Line();
        code.Doc("<inheritdoc/>").Open("public override int GetHashCode()")
            .Line("var hash = new global::System.HashCode();")
            .Line("hash.AddBytes(_buffer.Span);")
            .Line("return hash.ToHashCode();")
            .Close();
        if (type.IsSecret)
        {
            SecretEmitter.Text(code, "Size");
        }
        else
        {
            code.Line().Doc("<summary>The bytes in hexadecimal.</summary>")
                .Line("public override string ToString() => global::System.Convert.ToHexString(_buffer.Span);");
        }

        code.Line();
    }
}
