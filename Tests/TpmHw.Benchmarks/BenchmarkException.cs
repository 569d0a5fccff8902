namespace TpmHw.Benchmarks;

/// <summary>Something that a benchmark needs is not there.</summary>
internal sealed class BenchmarkException(string message) : Exception(message)
{
    /// <summary>Refuses to go on without swtpm.</summary>
    public static void ThrowIfThereIsNoSwtpm()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(static f => File.Exists(Path.Combine(f, "swtpm"))))
        {
            throw new BenchmarkException("This benchmark needs swtpm, which is not on the PATH. On Debian and Ubuntu: apt install swtpm.");
        }
    }
}
