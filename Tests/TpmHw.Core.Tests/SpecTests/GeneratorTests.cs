using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TpmHw.Generator;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>The generator on declarations that are right, wrong, and unchanged.</summary>
public sealed class GeneratorTests
{
    private const string RightOnes = """
        /// <summary>A union.</summary>
        [TpmUnion<TpmAlgId>] [NothingFor(TpmAlgId.Null)]
        public abstract partial record TpmuThing
        {
            [Selector(TpmAlgId.Rsa, TpmAlgId.Ecc)] public sealed partial record Key(ushort Bits) : TpmuThing;
            [Otherwise] public sealed partial record Other(TpmRest Bytes) : TpmuThing;
        }
        [TpmUnion<TpmAlgId>] [Selector(TpmAlgId.Sha1, Size = 20)] public readonly partial struct TpmuBytes;
        [TpmStructure] public readonly partial record struct TpmsThing(
            TpmAlgId Type, bool Flag, int Number, ulong Long, [AbsentFor(nameof(Type), TpmAlgId.Null)] byte Small,
            [SelectedBy(nameof(Type))] TpmuThing? Thing);
        [TpmSized] public readonly partial record struct Tpm2bThing(TpmsThing Inside);
        [TpmBuffer(200, SizeBytes = 1)] public readonly partial struct TpmsShort;
        [TpmList<Tpm2bThing>(Max = 3)] public readonly partial struct TpmlThing;
        [TpmList<ushort>] public readonly partial struct TpmlNumbers;
        [TpmNames("TPM_X_")] public enum TpmX : byte { FirstThing = 1, [TpmName("2ND")] Second = 2, Alias = 1 }
        """;

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    [Fact]
    public void Right_declarations_give_code_that_compiles()
    {
        CSharpGeneratorDriver.Create(new TpmGenerator())
            .RunGeneratorsAndUpdateCompilation(Compilation(RightOnes), out Compilation output, out ImmutableArray<Diagnostic> problems);
        Assert.Empty(problems);
        Diagnostic[] errors = [.. output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id is not ("CS1591" or "CS0436"))]; // names that the core has too
        Assert.True(errors.Length == 0, string.Join('\n', errors.Select(e => e.ToString())));
        Assert.Contains(output.SyntaxTrees, tree => tree.ToString().Contains("TpmX.FirstThing => \"TPM_X_FIRST_THING\"", StringComparison.Ordinal));
        Assert.Contains(output.SyntaxTrees, tree => tree.ToString().Contains("TpmX.Second => \"TPM_X_2ND\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("TPMGEN001", "[TpmStructure] public readonly record struct A(byte B);")]
    [InlineData("TPMGEN001", "[TpmStructure] public partial record struct A(byte B);")]
    [InlineData("TPMGEN001", "[TpmBuffer(4)] public readonly partial record struct A;")]
    [InlineData("TPMGEN001", "[TpmList<byte>] public partial struct A;")]
    [InlineData("TPMGEN001", "[TpmUnion<TpmAlgId>] public partial record A;")]
    [InlineData("TPMGEN001", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A { public record struct Response(byte B); }")]
    [InlineData("TPMGEN002", "[TpmStructure] public readonly partial record struct A(string B);")]
    [InlineData("TPMGEN002", "[TpmStructure] public readonly partial record struct A(byte[] B);")]
    [InlineData("TPMGEN002", "[TpmList<System.DateTime>] public readonly partial struct A;")]
    [InlineData("TPMGEN003", "[TpmStructure] public readonly partial record struct A(TpmAlgId B, TpmuHa C);")]
    [InlineData("TPMGEN003", "[TpmStructure] public readonly partial record struct A(TpmuHa B, TpmAlgId C);")]
    [InlineData("TPMGEN003", "[TpmStructure] public readonly partial record struct A([SelectedBy(nameof(C))] TpmuHa B, TpmAlgId C);")]
    [InlineData("TPMGEN003", "[TpmStructure] public readonly partial record struct A(ushort B, [SelectedBy(nameof(B))] TpmuHa C);")]
    [InlineData("TPMGEN004", "[TpmStructure] public readonly partial record struct A([AbsentFor(\"C\", TpmAlgId.Null)] byte B, TpmAlgId C);")]
    [InlineData("TPMGEN005", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A(byte B, [Handle] TpmHandle C);")]
    [InlineData("TPMGEN005", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A([Handle] TpmHandle B, [Handle(Auth.User)] TpmHandle C);")]
    [InlineData("TPMGEN005", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A([Handle] uint B);")]
    [InlineData("TPMGEN006", "[TpmUnion<TpmAlgId>] public abstract partial record A { [Selector(TpmAlgId.Rsa)] public sealed partial record B; }")]
    [InlineData("TPMGEN006", "[TpmUnion<TpmAlgId>] public abstract partial record A { public sealed partial record B : A; }")]
    [InlineData("TPMGEN006", "[TpmUnion<TpmAlgId>] [NothingFor(TpmAlgId.Rsa)] public abstract partial record A { [Selector(TpmAlgId.Rsa)] public sealed partial record B : A; }")]
    [InlineData("TPMGEN007", "[TpmBuffer(65536)] public readonly partial struct A;")]
    [InlineData("TPMGEN007", "[TpmBuffer(256, SizeBytes = 1)] public readonly partial struct A;")]
    [InlineData("TPMGEN008", "[TpmStructure] public readonly partial record struct A(TpmRest B, byte C);")]
    [InlineData("TPMGEN009", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A; [TpmCommand(TpmCc.Clear)] public readonly partial record struct B;")]
    [InlineData("TPMGEN010", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A(byte B, Tpm2bAuth C);")]
    [InlineData("TPMGEN010", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A([Secret] byte B);")]
    [InlineData("TPMGEN010", "[TpmCommand(TpmCc.Clear, NoSessions = true)] public readonly partial record struct A(Tpm2bAuth B);")]
    [InlineData("TPMGEN010", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A { public readonly partial record struct Response(Tpm2bDigest B, [Secret] Tpm2bDigest C); }")]
    [InlineData("TPMGEN010", "[TpmStructure] public readonly partial record struct B(Tpm2bAuth C); [TpmCommand(TpmCc.Clear)] public readonly partial record struct A(B D);")]
    [InlineData("TPMGEN011", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A([InClear(\"\")] Tpm2bAuth B);")]
    [InlineData("TPMGEN011", "[TpmCommand(TpmCc.Clear)] public readonly partial record struct A([AllowedInClear(\"\")] byte B);")]
    public void A_wrong_declaration_is_an_error_where_it_stands(string rule, string declaration)
    {
        GeneratorDriverRunResult result = CSharpGeneratorDriver.Create(new TpmGenerator()).RunGenerators(Compilation(declaration)).GetRunResult();
        Diagnostic problem = Assert.Single(result.Diagnostics);
        Assert.Equal(rule, problem.Id);
        Assert.Equal(DiagnosticSeverity.Error, problem.Severity);
        Assert.True(rule == "TPMGEN009" || problem.Location.GetLineSpan().Path == "Declarations.cs");
    }

    [Fact]
    public void A_command_becomes_methods_that_carry_its_documentation()
    {
        string methods = CSharpGeneratorDriver.Create(new TpmGenerator()).RunGenerators(Compilation("""
            /// <summary>TPM2_Clear: removes all.</summary>
            /// <param name="AuthHandle">Who asks.</param>
            [TpmCommand(TpmCc.Clear)]
            public readonly partial record struct Clear([Handle(Auth.User)] TpmHandle AuthHandle);
            """)).GetRunResult().GeneratedTrees.Single(t => t.FilePath.EndsWith("Tpm2Commands.Clear.g.cs", StringComparison.Ordinal)).ToString();
        Assert.Contains("/// <summary>TPM2_Clear: removes all.</summary>", methods, StringComparison.Ordinal);
        Assert.Contains("/// <param name=\"authHandle\">Who asks.</param>", methods, StringComparison.Ordinal);
        Assert.Contains("public void Clear(", methods, StringComparison.Ordinal);
        Assert.Contains("Task ClearAsync(", methods, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_not_changed_is_not_generated_again()
    {
        CSharpCompilation first = Compilation(RightOnes);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new TpmGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(default, trackIncrementalGeneratorSteps: true)).RunGenerators(first);

        driver = driver.RunGenerators(first.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Unrelated;")));
        Assert.All(Reasons(driver), reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));

        driver = driver.RunGenerators(Compilation("// moved down\n" + RightOnes.Replace("ushort Bits", "uint Bits", StringComparison.Ordinal)));
        Assert.Equal(1, Reasons(driver).Count(reason => reason == IncrementalStepRunReason.Modified));
    }

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorDriver driver) => driver.GetRunResult().Results.Single()
        .TrackedSteps[TpmGenerator.ModelStep].SelectMany(step => step.Outputs).Select(output => output.Reason);

    /// <summary>Declarations with the core's own types at hand. The name is that of this assembly, which sees the core's internals.</summary>
    private static CSharpCompilation Compilation(string declarations)
    {
        const string Usings = "using TpmHw.Spec; namespace Declared;\n";
        return CSharpCompilation.Create(
            "TpmHw.Core.Tests",
            [CSharpSyntaxTree.ParseText(Usings + declarations, new CSharpParseOptions(LanguageVersion.Latest), "Declarations.cs")],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }
}
