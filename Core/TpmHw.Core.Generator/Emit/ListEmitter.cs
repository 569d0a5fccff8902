using TpmHw.Generator.Model;

namespace TpmHw.Generator.Emit;

/// <summary>TPML: a list that can be written as a collection expression and equals by content.</summary>
internal static class ListEmitter
{
    public static void Emit(CodeWriter code, ListDeclaration list)
    {
        string name = list.Type.Name;
        string item = list.Item.Type;
        code.Line($"namespace {list.Type.Namespace};").Line()
            .Line($"[global::System.Runtime.CompilerServices.CollectionBuilder(typeof({list.Type.Full}), nameof(Create))]")
            .Open($"partial struct {name} : global::TpmHw.Spec.ITpmStructure<{list.Type.Full}>, global::System.Collections.Generic.IReadOnlyList<{item}>, global::System.IEquatable<{list.Type.Full}>")
            .Line("internal const int MinSize = 4;").Line()
            .Line($"private const int MaxCount = {list.Max};").Line()
            .Line($"private readonly {item}[]? _items;").Line();
        code.Line($"private {name}({item}[] items) => _items = items;").Line();
        code.Doc("<summary>Copies the items into a list.</summary>")
            .Line($"public static {name} Create(global::System.ReadOnlySpan<{item}> items) => new(items.ToArray());").Line();
        code.Doc("<inheritdoc/>").Line("public int Count => _items?.Length ?? 0;").Line();
        code.Doc("<inheritdoc/>").Line($"public {item} this[int index] => _items![index];").Line();
        code.Doc("<summary>The items.</summary>").Line($"public global::System.ReadOnlySpan<{item}> Span => _items;").Line();
        code.Doc("<summary>Goes through the items.</summary>")
            .Line($"public global::System.ReadOnlySpan<{item}>.Enumerator GetEnumerator() => Span.GetEnumerator();").Line();
        code.Line($"global::System.Collections.Generic.IEnumerator<{item}> global::System.Collections.Generic.IEnumerable<{item}>.GetEnumerator() => ((global::System.Collections.Generic.IEnumerable<{item}>)(_items ?? [])).GetEnumerator();").Line()
            .Line($"global::System.Collections.IEnumerator global::System.Collections.IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();").Line();
        ReadWrite(code, list);
        Equality(code, name);
        code.Close();
    }

    private static void ReadWrite(CodeWriter code, ListDeclaration list)
    {
        string item = list.Item.Type;
        code.Doc("<inheritdoc/>").Open($"public static {list.Type.Name} Read(ref TpmReader reader)")
            .Line($"var items = new {item}[reader.ReadCount(MaxCount, {FieldEmitter.MinSize(list.Item)})];")
            .Open("for (int i = 0; i < items.Length; i++)")
            .Line($"items[i] = {FieldEmitter.ReadExpression(list.Item, "reader")};")
            .Close().Line()
            .Line("return new(items);")
            .Close().Line();
        code.Doc("<inheritdoc/>").Open("public void Write(ref TpmWriter writer)");
        if (list.Max != int.MaxValue)
        {
            code.Open("if (Count > MaxCount)")
                .Line($"throw new global::System.ArgumentException($\"{{Count}} items where {list.Type.Name} holds at most {{MaxCount}}.\");")
                .Close().Line();
        }

        code.Line("writer.WriteUInt32((uint)Count);")
            .Open($"foreach ({item} item in Span)")
            .Line(FieldEmitter.WriteStatement(list.Item, "item"))
            .Close()
            .Close().Line();
    }

    private static void Equality(CodeWriter code, string name)
    {
        code.Doc("<summary>Whether both have the same items.</summary>")
            .Line($"public static bool operator ==({name} left, {name} right) => left.Equals(right);").Line();
        code.Doc("<summary>Whether their items differ.</summary>")
            .Line($"public static bool operator !=({name} left, {name} right) => !left.Equals(right);").Line();
        code.Doc("<inheritdoc/>")
            .Line($"public bool Equals({name} other) => global::System.MemoryExtensions.SequenceEqual(Span, other.Span, null);").Line();
        code.Doc("<inheritdoc/>").Line($"public override bool Equals(object? obj) => obj is {name} other && Equals(other);").Line();
        code.Doc("<inheritdoc/>").Open("public override int GetHashCode()")
            .Line("var hash = new global::System.HashCode();")
            .Open("foreach (var item in Span)").Line("hash.Add(item);").Close().Line()
            .Line("return hash.ToHashCode();")
            .Close().Line();
        code.Doc("<summary>The items in brackets.</summary>")
            .Line("public override string ToString() => \"[\" + string.Join(\", \", _items ?? []) + \"]\";");
    }
}
