namespace TpmHw.Spec;

/// <summary>A handle of the handle area, and the role in which it must be authorised.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class HandleAttribute(Auth role = Auth.None) : Attribute
{
    public Auth Role { get; } = role;
}

/// <summary>The roles of Part 1, 19.2. The command tables of Part 3 write them as "Auth Role".</summary>
internal enum Auth
{
    /// <summary>The handle needs no authorisation.</summary>
    None,

    /// <summary>USER.</summary>
    User,

    /// <summary>ADMIN.</summary>
    Admin,

    /// <summary>DUP.</summary>
    Dup,
}

/// <summary>The earlier field that selects this union's case: the <c>[type]</c> before a field in the tables of Part 2.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class SelectedByAttribute(string field) : Attribute
{
    public string Field { get; } = field;
}

/// <summary>The field isn't on the wire where an earlier field has one of these values; of a handle they are <see cref="TpmRh"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter, AllowMultiple = true)]
internal sealed class AbsentForAttribute(string field, params object[] values) : Attribute
{
    public string Field { get; } = field;

    public object[] Values { get; } = values;
}

/// <summary>
/// The field is secret: text and logs have its size alone, a protected bus carries it encrypted, and what a TPM gives of it
/// can be cleared. On a type: wherever the type is used. Blobs that the TPM itself has encrypted are no secrets; tickets of
/// TPM2_PolicySigned and TPM2_PolicySecret are, because they authorize their holder until they expire.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Struct)]
internal sealed class SecretAttribute : Attribute;

/// <summary>
/// A secret that no session encrypts: a session takes the first parameter alone, and only if it is a TPM2B (Part 1, 21.1).
/// A command that has it is refused on a protected bus. On a response's field, the command that asks for it is.
/// </summary>
/// <param name="instead">What to do instead, in one sentence.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class InClearAttribute(string instead) : Attribute
{
    public string Instead { get; } = instead;

    /// <summary>The property of the command that says whether this one is in clear; without it every one is.</summary>
    public string? When { get; init; }
}

/// <summary>A secret that no session encrypts, and that crosses a protected bus all the same.</summary>
/// <param name="reason">Why it may, in one sentence.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class AllowedInClearAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}
