using Microsoft.CodeAnalysis;

namespace TpmHw.Generator;

/// <summary>What can be wrong with a declaration.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor WrongType = Rule(
        1, "Wrong kind of type", "'{0}' must be declared as {1}");

    public static readonly DiagnosticDescriptor UnknownFieldType = Rule(
        2, "Field without a wire form", "'{0}' has the type '{1}', which has no form on the wire: it is no integer, no enum and no declared structure");

    public static readonly DiagnosticDescriptor WrongSelector = Rule(
        3, "Union without its selector", "'{0}' is a union: name an earlier field of type '{1}' with [SelectedBy]");

    public static readonly DiagnosticDescriptor WrongCondition = Rule(
        4, "Condition on no earlier field", "'{0}' depends on '{1}', which is no earlier field");

    public static readonly DiagnosticDescriptor WrongHandle = Rule(
        5, "Handle out of place", "'{0}' can't be a handle: handles are up to three TpmHandle fields before all parameters, those with authorisation first");

    public static readonly DiagnosticDescriptor WrongCase = Rule(
        6, "Wrong union case", "'{0}' {1}");

    public static readonly DiagnosticDescriptor WrongSize = Rule(
        7, "Wrong size", "'{0}' has a size of {1}, which its size field can't hold");

    public static readonly DiagnosticDescriptor RestNotLast = Rule(
        8, "Bytes after the rest", "'{0}' takes all bytes that are left, so it must be the last field");

    public static readonly DiagnosticDescriptor SameCode = Rule(
        9, "Command declared twice", "'{0}' and '{1}' both have the command code {2}");

    public static readonly DiagnosticDescriptor SecretInClear = Rule(
        10, "Secret that no session encrypts", "'{0}' is a secret that no session encrypts: say with [InClear] what to do instead, or with [AllowedInClear] why it may be seen");

    public static readonly DiagnosticDescriptor NotInClear = Rule(
        11, "Nothing in clear", "'{0}' is no secret, or one that a session encrypts, so that neither [InClear] nor [AllowedInClear] fits");

    private static DiagnosticDescriptor Rule(int number, string title, string message) =>
        new($"TPMGEN{number:D3}", title, message, "TpmHw.Declarations", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
