using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Spec;

/// <summary>A field of a structure, command or response.</summary>
/// <param name="Name">Its name in the specification.</param>
/// <param name="Shape">Its type.</param>
/// <param name="SelectedBy">The earlier field that selects its case; -1 where it is no union.</param>
/// <param name="AbsentFor">The earlier fields and their values for which it isn't there.</param>
/// <param name="IsSecret">Whether it is kept from whoever reads a log.</param>
internal sealed record TpmFieldShape(string Name, TpmShape Shape, int SelectedBy = -1, (int Field, ulong[] Values)[]? AbsentFor = null, bool IsSecret = false)
{
    /// <summary>Reads fields one after the other into a node.</summary>
    public static void ReadAll(TpmFieldShape[] fields, ref TpmReader reader, int origin, TpmNode node)
    {
        var values = new ulong[fields.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            TpmFieldShape field = fields[i];
            if (field.AbsentFor is { } absent && Array.Exists(absent, a => a.Values.Contains(values[a.Field])))
            {
                continue;
            }

            ulong selector = field.SelectedBy < 0 ? 0 : values[field.SelectedBy];
            if (field.Shape is not TpmUnionShape union || !union.IsNothing(selector))
            {
                TpmNode read = node.Add(field.Name, field.Shape, ref reader, origin, selector, field.IsSecret);
                values[i] = read.Value;
            }
        }
    }
}

/// <summary>A TPMS, a TPMT, or a TPM2B of a structure.</summary>
internal sealed class TpmStructureShape(string name, TpmFieldShape[] fields, bool isSized = false, bool isOptional = false) : TpmShape(name)
{
    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector)
    {
        if (!isSized)
        {
            TpmFieldShape.ReadAll(fields, ref reader, origin, node);
            return;
        }

        TpmReader inside = reader.Slice(reader.ReadUInt16());
        if (isOptional && inside.Remaining == 0)
        {
            node.Text = "none";
            return;
        }

        TpmFieldShape.ReadAll(fields, ref inside, origin + reader.Position - inside.Remaining, node);
        inside.ReadEnd();
    }
}

/// <summary>A case of a union: the selector values that go with it, or none where it takes all others.</summary>
internal sealed record TpmCaseShape(ulong[] Selectors, TpmFieldShape[] Fields);

/// <summary>A TPMU of structures.</summary>
internal sealed class TpmUnionShape(string name, TpmCaseShape[] cases, ulong[] nothingFor) : TpmShape(name)
{
    /// <summary>Whether a selector goes with nothing.</summary>
    public bool IsNothing(ulong selector) => nothingFor.Contains(selector);

    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector)
    {
        TpmCaseShape one = Array.Find(cases, c => c.Selectors.Contains(selector))
            ?? Array.Find(cases, static c => c.Selectors.Length == 0)
            ?? throw reader.Bad($"a selector of 0x{selector:X} that {Name} has no case for");
        TpmFieldShape.ReadAll(one.Fields, ref reader, origin, node);
    }
}

/// <summary>A TPMU of byte arrays.</summary>
internal sealed class TpmBytesUnionShape(string name, (int Size, ulong[] Selectors)[] sizes) : TpmShape(name)
{
    /// <inheritdoc/>
    public override void Read(ref TpmReader reader, int origin, TpmNode node, ulong selector)
    {
        int found = Array.FindIndex(sizes, s => s.Selectors.Contains(selector));
        node.Text = found >= 0
            ? Convert.ToHexStringLower(reader.ReadBytes(sizes[found].Size))
            : throw reader.Bad($"a selector of 0x{selector:X} that {Name} has no size for");
    }
}

/// <summary>A command and its response: the fields of their handle and parameter areas.</summary>
internal sealed record TpmCommandShape(
    TpmFieldShape[] Handles, TpmFieldShape[] Parameters, TpmFieldShape[] ResponseHandles, TpmFieldShape[] ResponseParameters);
