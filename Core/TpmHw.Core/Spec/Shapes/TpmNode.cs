using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Trees;

/// <summary>A part of a message: what the specification calls it, where it lies, and what it says.</summary>
public sealed class TpmNode
{
    private readonly List<TpmNode> _children = [];

    internal TpmNode(string name, TpmShape shape, int offset)
        : this(name, shape.Name, offset) => Shape = shape;

    internal TpmNode(string name, string type, int offset)
    {
        Name = name;
        Type = type;
        Offset = offset;
        Shape = TpmShape.UInt8;
    }

    /// <summary>The field's name in the specification; of a list's item its number in brackets.</summary>
    public string Name { get; }

    /// <summary>The type's name in the specification; empty for an area that is no type.</summary>
    public string Type { get; }

    /// <summary>Where in the message it begins.</summary>
    public int Offset { get; }

    /// <summary>How many bytes it takes, with the size before them where it has one.</summary>
    public int Length { get; internal set; }

    /// <summary>What it says: a name of the specification, a number, or bytes in hex; null where its parts say it.</summary>
    public string? Text { get; internal set; }

    /// <summary>Whether it is to be kept from whoever reads a log.</summary>
    public bool IsSecret { get; internal init; }

    /// <summary>Its parts, in the order of the message.</summary>
    public IReadOnlyList<TpmNode> Parts => _children;

    internal List<TpmNode> Children => _children;

    internal TpmShape Shape { get; }

    /// <summary>The number that it is, where it is one.</summary>
    internal ulong Value { get; set; }

    /// <summary>Reads a part; it is there even if it turns out wrong.</summary>
    internal TpmNode Add(string name, TpmShape shape, ref TpmReader reader, int origin, ulong selector = 0, bool isSecret = false)
    {
        int start = reader.Position;
        var part = new TpmNode(name, shape, origin + start) { IsSecret = isSecret || IsSecret };
        _children.Add(part);
        shape.Read(ref reader, origin, part, selector);
        part.Length = reader.Position - start;
        return part;
    }

    /// <summary>An area: a part that only holds parts.</summary>
    internal TpmNode Area(string name, int offset, string type = "")
    {
        var area = new TpmNode(name, type, offset);
        _children.Add(area);
        return area;
    }
}
