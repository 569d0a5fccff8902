namespace TpmHw.Testing.Programs;

/// <summary>Where things are in the working copy that this assembly was built in.</summary>
public static class Repository
{
    /// <summary>The folder of TpmHw.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as this assembly was built: the programs built beside it are of the same kind.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The <c>tpmhw</c> that was built together with this assembly.</summary>
    public static string Tpmhw => Program("Tools/TpmHw.Cli", "tpmhw");

    /// <summary>A program of this repository.</summary>
    /// <param name="project">Its project's folder, from the root.</param>
    /// <param name="name">The program's name.</param>
    public static string Program(string project, string name)
    {
        string path = Path.Combine(Root, project, "bin", Configuration, "net10.0", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not built. Build TpmHw.sln first.");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "TpmHw.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"There is no TpmHw.sln above {AppContext.BaseDirectory}.");
    }
}
