using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace TpmHw.Generator.Model;

/// <summary>A diagnostic to be, without a syntax tree in it.</summary>
internal sealed record Problem(DiagnosticDescriptor Rule, string File, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    public static Problem At(Location? location, DiagnosticDescriptor rule, params string[] arguments)
    {
        FileLinePositionSpan lines = location?.GetLineSpan() ?? default;
        return new(rule, lines.Path ?? "", location?.SourceSpan ?? default, lines.Span, new(arguments));
    }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rule, Location.Create(File, Span, Lines), [.. Arguments]);
}

/// <summary>What came of one declaration: the model where it is right, otherwise what is wrong with it.</summary>
internal sealed record Parsed(Declaration? Declaration, EquatableArray<Problem> Problems);
