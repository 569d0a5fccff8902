using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests;

/// <summary>A fenced block of a Markdown file.</summary>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Line">The line of the block's first line.</param>
/// <param name="Language">The word after the fence.</param>
/// <param name="Text">What is between the fences.</param>
internal sealed record Markdown(string File, int Line, string Language, string Text)
{
    private const string Fence = "```";

    /// <summary>README.md and docs/*.md.</summary>
    public static IEnumerable<string> Files =>
        Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order().Prepend(Path.Combine(Repository.Root, "README.md"));

    /// <summary>The blocks in one language of all documents.</summary>
    public static IEnumerable<Markdown> Blocks(string language) => Files.SelectMany(BlocksOf).Where(b => b.Language == language);

    private static IEnumerable<Markdown> BlocksOf(string file)
    {
        string[] lines = System.IO.File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                int end = Array.IndexOf(lines, Fence, i + 1);
                Assert.True(end > 0, $"{file}:{i + 1} opens a block that never ends.");
                yield return new Markdown(
                    Path.GetRelativePath(Repository.Root, file),
                    i + 2,
                    lines[i][Fence.Length..].Trim(),
                    string.Concat(lines[(i + 1)..end].Select(static l => l + "\n")));
                i = end;
            }
        }
    }
}
