using System.Text.RegularExpressions;
using TpmHw.Testing.Programs;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>The sources of the product, for tests about what stands in them.</summary>
internal static partial class SourceFiles
{
    private static readonly string[] s_folders = ["Core/TpmHw.Core", "Transports", "Tbs", "Tools", "Samples"];

    // Where numbers of the specification have their names.
    private static readonly string[] s_homes = ["Core/TpmHw.Core/Wire/", "Core/TpmHw.Core/Spec/Constants/"];

    /// <summary>The files that have to use names, as paths from the repository's root.</summary>
    public static IEnumerable<string> OutsideWire() => s_folders
        .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
        .Where(static file => !s_homes.Any(home => file.StartsWith(home, StringComparison.Ordinal)));

    /// <summary>A file's lines.</summary>
    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Repository.Root, file));

    /// <summary>A line without its comment, and without the texts in it.</summary>
    public static string Code(string line) => TextOrComment().Replace(line, "");

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|//.*
        """)]
    private static partial Regex TextOrComment();
}
