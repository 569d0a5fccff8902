namespace TpmHw.Spec;

/// <summary>
/// The values' names in the specification start with this prefix; the rest is the member's name with an underscore
/// before each word, unless <see cref="TpmNameAttribute"/> says otherwise.
/// </summary>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class TpmNamesAttribute(string prefix) : Attribute
{
    public string Prefix { get; } = prefix;
}

/// <summary>
/// A value's name in the specification, without the prefix; a type's or a field's, where it is not what the words of its
/// name here make.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class TpmNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
