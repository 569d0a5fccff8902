using System.Reflection.Metadata;
using TpmHw.Testing.Programs;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>The dependency graph of the core's folders, drawn from the compiled assembly and held against docs/architecture.md.</summary>
public sealed class LayerTests : IDisposable
{
    private const string Core = "/Core/TpmHw.Core/";
    private const int MostShown = 40;

    // Arrows up that are there today. An entry leaves this list together with the last reference that needs it.
    private static readonly (string From, string To)[] s_debts =
    [
    ];

    private readonly IReadOnlyList<Layer> _layers = LayerTable.Read(File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture.md")));
    private readonly CompiledTypes _types = new(typeof(Tpm2).Assembly.Location);

    public void Dispose() => _types.Dispose();

    [Fact]
    public void Every_folder_of_the_core_has_one_row_in_the_architecture_document()
    {
        string[] folders =
        [
            .. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "Core/TpmHw.Core"))
                .Where(static folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any())
                .Select(static folder => Path.GetFileName(folder)).Where(static folder => folder is not ("bin" or "obj")),
        ];

        Assert.Equal(folders.Append(LayerTable.Facade).Order(), _layers.Select(static layer => layer.Folder).Order());
    }

    [Fact]
    public void A_folder_may_use_only_folders_that_stand_below_it()
    {
        for (int i = 0; i < _layers.Count; i++)
        {
            string[] below = [.. _layers.Skip(i + 1).Select(static layer => layer.Folder)];
            Assert.Empty(_layers[i].MayUse.Except(below).Select(other => $"{_layers[i].Folder} -> {other}"));
        }
    }

    [Fact]
    public void Every_type_of_the_core_is_in_one_folder() =>
        Assert.Empty(_types.Outermost.Where(type => FoldersOf(type).Count > 1).Select(type => $"{_types.NameOf(type)}: {string.Join(", ", FoldersOf(type))}"));

    [Fact]
    public void A_folder_of_the_core_uses_only_what_the_architecture_document_allows()
    {
        string[] wrong =
        [
            .. Arrows().Where(arrow => !IsAllowed(arrow.Key) && !s_debts.Contains(arrow.Key))
                .SelectMany(arrow => arrow.Select(use => $"{arrow.Key.From} -> {arrow.Key.To}: {Describe(use)}"))
                .Order(StringComparer.Ordinal),
        ];

        Assert.True(wrong.Length == 0, $"{wrong.Length} references are not in the \"may use\" column of docs/architecture.md:\n{string.Join('\n', wrong.Take(MostShown))}");
    }

    [Fact]
    public void A_debt_that_is_paid_is_crossed_off()
    {
        HashSet<(string From, string To)> arrows = [.. Arrows().Select(static arrow => arrow.Key)];

        Assert.All(s_debts, debt => Assert.True(arrows.Contains(debt) && !IsAllowed(debt), $"{debt.From} -> {debt.To}"));
    }

    [Fact]
    public void The_graph_has_the_arrows_that_anybody_can_see_in_the_sources()
    {
        HashSet<(string From, string To)> arrows = [.. Arrows().Select(static arrow => arrow.Key)];

        Assert.Contains((LayerTable.Facade, "Engine"), arrows);
        Assert.Contains(("ResourceManagement", "Transport"), arrows);
        Assert.Contains(("Trees", "Spec"), arrows);
        Assert.Contains(("Spec", "Wire"), arrows);
    }

    private ILookup<(string From, string To), TypeUse> Arrows()
    {
        Dictionary<TypeDefinitionHandle, string> folders = _types.Outermost
            .Select(type => (type, folder: FoldersOf(type).FirstOrDefault()))
            .Where(static pair => pair.folder is not null)
            .ToDictionary(static pair => pair.type, static pair => pair.folder!);
        return folders.Keys.SelectMany(_types.UsesOf)
            .Where(use => folders.ContainsKey(use.To) && folders[use.From] != folders[use.To])
            .ToLookup(use => (folders[use.From], folders[use.To]));
    }

    /// <summary>
    /// The folders that a type's own files are in. A type that only a generator has written counts as where its namespace
    /// says; one of the compiler's own has neither.
    /// </summary>
    private HashSet<string> FoldersOf(TypeDefinitionHandle type)
    {
        IReadOnlySet<string> files = _types.FilesOf(type);
        HashSet<string> folders = [.. files.Where(static file => !IsGenerated(file)).Select(FolderOf)];
        if (folders.Count == 0 && files.Count > 0)
        {
            string name = _types.NameOf(type);
            folders.Add(_layers.Select(static layer => layer.Folder).First(folder => name.StartsWith($"TpmHw.{folder}.", StringComparison.Ordinal)));
        }

        return folders;
    }

    private static bool IsGenerated(string file) => file.Contains("/obj/", StringComparison.Ordinal) || file.EndsWith(".g.cs", StringComparison.Ordinal);

    private static string FolderOf(string file)
    {
        string below = file[(file.LastIndexOf(Core, StringComparison.Ordinal) + Core.Length)..];
        int end = below.IndexOf('/', StringComparison.Ordinal);
        return end < 0 ? LayerTable.Facade : below[..end];
    }

    private bool IsAllowed((string From, string To) arrow) =>
        _layers.FirstOrDefault(layer => layer.Folder == arrow.From)?.MayUse.Contains(arrow.To) ?? false;

    private string Describe(TypeUse use) => $"{_types.NameOf(use.From)} refers to {_types.NameOf(use.To)} in {use.Where}";
}
