using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TpmHw.Generator.Emit;
using TpmHw.Generator.Model;
using TpmHw.Generator.Parsing;

namespace TpmHw.Generator;

/// <summary>Turns the declarations of the specification into marshalling, methods and tables.</summary>
[Generator]
public sealed class TpmGenerator : IIncrementalGenerator
{
    /// <summary>The step whose outputs a test may look at: the models of all declarations.</summary>
    public const string ModelStep = "Declaration";

    private static readonly (string Attribute, Func<GeneratorAttributeSyntaxContext, CancellationToken, Parsed> Parse)[] s_kinds =
    [
        ("TpmBufferAttribute", DeclarationParser.Buffer),
        ("TpmListAttribute`1", DeclarationParser.List),
        ("TpmStructureAttribute", DeclarationParser.Structure),
        ("TpmSizedAttribute", DeclarationParser.Structure),
        ("TpmUnionAttribute`1", UnionParser.Parse),
        ("TpmNamesAttribute", DeclarationParser.Names),
    ];

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach ((string attribute, Func<GeneratorAttributeSyntaxContext, CancellationToken, Parsed> parse) in s_kinds)
        {
            Register(context, attribute, parse);
        }

        IncrementalValuesProvider<Parsed> commands = Register(context, "TpmCommandAttribute", DeclarationParser.Command);
        context.RegisterSourceOutput(commands.Select((parsed, _) => parsed.Declaration as CommandDeclaration).Collect(), EmitTable);
    }

    private static IncrementalValuesProvider<Parsed> Register(
        IncrementalGeneratorInitializationContext context, string attribute, Func<GeneratorAttributeSyntaxContext, CancellationToken, Parsed> parse)
    {
        IncrementalValuesProvider<Parsed> parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName($"{Symbols.Namespace}.{attribute}", (_, _) => true, parse)
            .WithTrackingName(ModelStep);
        context.RegisterSourceOutput(parsed, Emit);
        return parsed;
    }

    private static void Emit(SourceProductionContext context, Parsed parsed)
    {
        foreach (Problem problem in parsed.Problems)
        {
            context.ReportDiagnostic(problem.ToDiagnostic());
        }

        if (parsed.Declaration is not { } declaration)
        {
            return;
        }

        var code = new CodeWriter();
        switch (declaration)
        {
            case BufferDeclaration buffer: BufferEmitter.Emit(code, buffer); break;
            case ListDeclaration list: ListEmitter.Emit(code, list); break;
            case StructureDeclaration structure: StructureEmitter.Emit(code, structure); break;
            case UnionDeclaration union: UnionEmitter.Emit(code, union); break;
            case ArrayUnionDeclaration union: UnionEmitter.Emit(code, union); break;
            case NamesDeclaration names:
                TableEmitter.EmitNames(code, names);
                var shape = new CodeWriter();
                ShapeEmitter.Emit(shape, names);
                context.AddSource($"{names.Type.Name}Shape.g.cs", shape.ToString());
                break;
            case CommandDeclaration command:
                CommandEmitter.Emit(code, command);
                ShapeEmitter.Emit(code, command);
                var methods = new CodeWriter();
                CommandEmitter.EmitMethods(methods, command);
                context.AddSource($"Tpm2Commands.{command.Type.Name}.g.cs", methods.ToString());
                break;
        }

        ShapeEmitter.Emit(code, declaration);
        context.AddSource($"{declaration.Type.Name}.g.cs", code.ToString());
    }

    private static void EmitTable(SourceProductionContext context, ImmutableArray<CommandDeclaration?> declarations)
    {
        CommandDeclaration[] commands = [.. declarations.Where(d => d is not null).Select(d => d!).OrderBy(d => d.Type.Name, StringComparer.Ordinal)];
        foreach (IGrouping<string, CommandDeclaration> same in commands.GroupBy(c => c.Code).Where(g => g.Count() > 1))
        {
            CommandDeclaration[] both = [.. same];
            context.ReportDiagnostic(Diagnostic.Create(Rules.SameCode, Location.None, both[0].Type.Name, both[1].Type.Name, same.Key));
        }

        if (commands.Length == 0)
        {
            return;
        }

        var code = new CodeWriter();
        TableEmitter.EmitCommands(code, commands.GroupBy(c => c.Code).Select(g => g.First()));
        context.AddSource("TpmCommandInfo.g.cs", code.ToString());
    }
}
