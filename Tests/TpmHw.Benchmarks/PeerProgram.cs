using TpmHw.Testing.Programs;

namespace TpmHw.Benchmarks;

/// <summary>The programs in C that do on tpm2-tss what is measured here.</summary>
internal static class PeerProgram
{
    private const string Sources = "Tests/TpmHw.Benchmarks/Esys";
    private const string WhatItNeeds = "This benchmark needs a C compiler and the headers of tpm2-tss. On Debian and Ubuntu: apt install gcc libc6-dev libtss2-dev.";

    /// <summary>Builds one of them.</summary>
    /// <param name="folder">Where to put it.</param>
    /// <param name="name">Its source without the suffix.</param>
    /// <param name="libraries">What it is linked with.</param>
    /// <returns>Its path.</returns>
    public static string Build(string folder, string name, params string[] libraries)
    {
        string program = Path.Combine(folder, name);
        try
        {
            ProgramRun run = ProgramRun.Of(
                "gcc",
                ["-O2", "-Wall", "-Wextra", "-Werror", "-o", program, name + ".c", "bare.c", "answers.c", .. libraries],
                folder: Path.Combine(Repository.Root, Sources)).GetAwaiter().GetResult();
            return run.ExitCode == 0 ? program : throw new BenchmarkException($"{run}\n{WhatItNeeds}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchmarkException($"gcc: {e.Message}. {WhatItNeeds}");
        }
    }
}
