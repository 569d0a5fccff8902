namespace TpmHw.Generator.Model;

/// <summary>How a field crosses the wire.</summary>
internal enum FieldKind
{
    /// <summary>A big-endian integer.</summary>
    Integer,

    /// <summary>An enum: its underlying integer.</summary>
    Enum,

    /// <summary>TPMI_YES_NO.</summary>
    YesNo,

    /// <summary>TPM_RC, whose type is below the structures and knows nothing of them.</summary>
    ResponseCode,

    /// <summary>Another declared type.</summary>
    Structure,

    /// <summary>A declared union, whose selector is an earlier field.</summary>
    Union,

    /// <summary>A buffer that takes whatever bytes are left.</summary>
    Rest,
}

/// <summary>One field of a structure, command or response; also, without a name, the item of a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">How it crosses the wire.</param>
/// <param name="Type">Its type, fully qualified.</param>
/// <param name="Bits">The width of its integer, or of the size that it starts with; 0 where it is neither.</param>
/// <param name="Selector">The earlier field that a union depends on.</param>
/// <param name="AbsentFor">The conditions on earlier fields under any of which this one isn't there.</param>
/// <param name="Handle">Whether it is in the handle area, and who must be authorised.</param>
/// <param name="SpecName">Its name in the specification.</param>
/// <param name="IsSecret">Whether it is kept from whoever reads a log.</param>
/// <param name="HasNames">Whether it is an enum whose values have names in the specification.</param>
internal sealed record Field(
    string Name,
    FieldKind Kind,
    string Type,
    int Bits,
    string? Selector,
    EquatableArray<AbsentFor> AbsentFor,
    HandleRole Handle,
    string SpecName,
    bool IsSecret,
    bool HasNames)
{
    /// <summary>What the declaration says of a secret that no session encrypts, or null if it says nothing.</summary>
    public InClear? InClear { get; init; }

    /// <summary>Whether it is bytes and nothing else.</summary>
    public bool IsBuffer { get; init; }

    /// <summary>Of a secret, the ways from the field to its bytes: empty for a buffer itself, such as .Point.X for one inside.</summary>
    public EquatableArray<string> SecretBuffers { get; init; }

    /// <summary>The name of the method parameter that is it.</summary>
    public string Parameter => "@" + Lower;

    /// <summary>The name of the local variable that it is read into: one that no parameter of a method can have.</summary>
    public string Local => "_" + Lower;

    /// <summary>Whether it is a TPM2B, whose contents a session can encrypt.</summary>
    public bool IsTpm2b => Kind == FieldKind.Structure && Bits == 16;

    private string Lower => char.ToLowerInvariant(Name[0]) + Name.Substring(1);
}

/// <summary>A field isn't on the wire where an earlier field has one of these values.</summary>
internal sealed record AbsentFor(string Field, EquatableArray<string> Values);

/// <summary>A secret that no session encrypts.</summary>
/// <param name="Instead">What to do instead, or null if it may be in clear.</param>
/// <param name="When">The command's property that says whether it is there, or null if it always is.</param>
internal sealed record InClear(string? Instead, string? When);

/// <summary>A field's place in the handle area. The values above <see cref="None"/> follow the declarations' Auth.</summary>
internal enum HandleRole
{
    /// <summary>A parameter, not a handle.</summary>
    Parameter = -1,

    /// <summary>A handle without authorisation.</summary>
    None,

    /// <summary>USER role.</summary>
    User,

    /// <summary>ADMIN role.</summary>
    Admin,

    /// <summary>DUP role.</summary>
    Dup,
}
