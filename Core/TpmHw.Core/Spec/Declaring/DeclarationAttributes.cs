namespace TpmHw.Spec;

/// <summary>A command: its fields are its handles and parameters, its nested <c>Response</c> is what it answers.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class TpmCommandAttribute(TpmCc code) : Attribute
{
    public TpmCc Code { get; } = code;

    /// <summary>Whether it may not have any sessions.</summary>
    public bool NoSessions { get; init; }

    /// <summary>The published version of the specification that has it first, as TPM_PT_REVISION counts: 138 for 1.38.</summary>
    public int Since { get; init; } = TpmCommandInfo.FirstVersion;

    /// <summary>Whether a platform profile or chips leave it out, although the specification has it for long.</summary>
    public bool Optional { get; init; }

    /// <summary>How long it may take.</summary>
    public CommandDuration Duration { get; init; }

    /// <summary>
    /// Whether a TPM that executes it twice is as if it had done so once: it changes neither NV nor PCRs, hierarchies,
    /// counters, locks, the clock, a sequence or a policy session, and leaves nothing in the TPM.
    /// </summary>
    public bool Repeatable { get; init; }
}

/// <summary>TPMS and TPMT: fields one after the other.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class TpmStructureAttribute : Attribute;

/// <summary>TPM2B of a structure: a UINT16 size and one structure of exactly that size, or none where the field is nullable.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class TpmSizedAttribute : Attribute;

/// <summary>TPM2B of bytes: a size and at most <paramref name="maxSize"/> bytes.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class TpmBufferAttribute(int maxSize) : Attribute
{
    public int MaxSize { get; } = maxSize;

    /// <summary>The width of the size, in bytes; 0 where there is none and the bytes are all that are left.</summary>
    public int SizeBytes { get; init; } = 2;

    /// <summary>The structure that the bytes are, where they are kept as they came; null where they are none.</summary>
    public Type? Holds { get; init; }
}

/// <summary>TPML: a UINT32 count and that many items.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class TpmListAttribute<TItem> : Attribute
{
    /// <summary>The most items that the specification allows, where it says so itself and doesn't leave it to the TPM.</summary>
    public int Max { get; init; } = int.MaxValue;
}

/// <summary>
/// TPMU: what follows depends on a selector in another field. On an abstract record each case is a nested record; on a
/// struct each case is a number of bytes.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TpmUnionAttribute<TSelector> : Attribute where TSelector : struct, Enum;

/// <summary>The selector values of a union's case; on a union of byte arrays, the values of one size.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true)]
internal sealed class SelectorAttribute(params object[] values) : Attribute
{
    public object[] Values { get; } = values;

    /// <summary>The number of bytes, on a union of byte arrays.</summary>
    public int Size { get; init; }
}

/// <summary>The selector values for which a union is empty: such a field is null.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NothingForAttribute(params object[] values) : Attribute
{
    public object[] Values { get; } = values;
}

/// <summary>The case of a union for all selector values that no other case has.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OtherwiseAttribute : Attribute;
