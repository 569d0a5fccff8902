using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Spec;

/// <summary>
/// A declared type as data: how its bytes lie, and what the specification calls its parts. The generator makes one of
/// each declaration, on first use; reading by it gives a tree, where the type's own code gives a value.
/// </summary>
internal abstract class TpmShape(string name)
{
    /// <summary>UINT8.</summary>
    public static readonly TpmShape UInt8 = new TpmScalarShape("UINT8", 8);

    /// <summary>UINT16.</summary>
    public static readonly TpmShape UInt16 = new TpmScalarShape("UINT16", 16);

    /// <summary>UINT32.</summary>
    public static readonly TpmShape UInt32 = new TpmScalarShape("UINT32", 32);

    /// <summary>INT32.</summary>
    public static readonly TpmShape Int32 = new TpmScalarShape("INT32", 32, static value => $"{(int)value}");

    /// <summary>UINT64.</summary>
    public static readonly TpmShape UInt64 = new TpmScalarShape("UINT64", 64);

    /// <summary>TPMI_YES_NO.</summary>
    public static readonly TpmShape YesNo = new TpmYesNoShape();

    /// <summary>TPM_RC.</summary>
    public static readonly TpmShape ResponseCode = new TpmScalarShape("TPM_RC", 32, static code => new TpmResponseCode((uint)code).ToString());

    /// <summary>The type's name in the specification.</summary>
    public string Name => name;

    /// <summary>Reads a value into a node.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="origin">Where in the message the reader's first byte is.</param>
    /// <param name="node">What to fill.</param>
    /// <param name="selector">The value that selects a union's case.</param>
    /// <exception cref="TpmFormatException">The bytes don't have this form; the node has what was understood before.</exception>
    public abstract void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector = 0);
}

/// <summary>An integer, an enum, or a structure that is one integer.</summary>
internal sealed class TpmScalarShape(string name, int bits, Func<ulong, string?>? nameOf = null) : TpmShape(name)
{
    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector)
    {
        node.Value = bits switch
        {
            8 => reader.ReadUInt8(),
            16 => reader.ReadUInt16(),
            32 => reader.ReadUInt32(),
            _ => reader.ReadUInt64(),
        };
        node.Text = nameOf is null ? $"{node.Value}" : nameOf(node.Value) ?? "0x" + node.Value.ToString($"X{bits / 4}", null);
    }
}

/// <summary>TPMI_YES_NO.</summary>
internal sealed class TpmYesNoShape() : TpmShape("TPMI_YES_NO")
{
    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector) => node.Text = reader.ReadYesNo() ? "YES" : "NO";
}

/// <summary>A size and that many bytes; without a size, all that are left.</summary>
/// <param name="name">Its name.</param>
/// <param name="sizeBytes">How wide the size is.</param>
/// <param name="max">The most bytes.</param>
/// <param name="inside">The structure that the bytes usually are; null where there is none.</param>
internal sealed class TpmBufferShape(string name, int sizeBytes, int max, Func<TpmShape>? inside = null) : TpmShape(name)
{
    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector)
    {
        ReadOnlySpan<byte> bytes = sizeBytes switch
        {
            2 => reader.ReadSized(max),
            1 => reader.ReadSized8(max),
            _ => reader.ReadBytes(reader.Remaining),
        };
        node.Text = Convert.ToHexStringLower(bytes);
        if (inside is null || bytes.IsEmpty)
        {
            return;
        }

        // Bytes that are something else are still bytes.
        var contents = new TpmReader(bytes);
        var whole = new TpmNode("", inside(), origin + reader.Position - bytes.Length);
        try
        {
            whole.Shape.Read(ref contents, whole.Offset, whole);
            contents.ReadEnd();
            node.Children.AddRange(whole.Children);
        }
        catch (TpmFormatException)
        {
        }
    }
}

/// <summary>A TPML.</summary>
internal sealed class TpmListShape(string name, TpmShape item, int max) : TpmShape(name)
{
    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector)
    {
        int count = reader.ReadCount(max);
        for (int i = 0; i < count; i++)
        {
            node.Add($"[{i}]", item, ref reader, origin);
        }

        node.Text = count == 0 ? "none" : null;
    }
}
