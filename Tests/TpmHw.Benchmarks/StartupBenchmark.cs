using System.Diagnostics;
using System.Text.Json.Serialization;
using TpmHw.Testing;
using TpmHw.Testing.Programs;

namespace TpmHw.Benchmarks;

/// <summary>How long a program takes from start to end.</summary>
internal sealed record ProgramTime(string Name, double MedianMilliseconds, double FastestMilliseconds, double SlowestMilliseconds, long Bytes);

/// <summary>The two programs, and whether the first is quick enough.</summary>
internal sealed record StartupResult(ProgramTime Tpmhw, ProgramTime Hello)
{
    public const double HighestRatio = 1.5;

    [JsonIgnore]
    public IReadOnlyList<ProgramTime> Programs => [Tpmhw, Hello];

    public double Ratio => Tpmhw.MedianMilliseconds / Hello.MedianMilliseconds;

    public bool Passed => Ratio <= HighestRatio;
}

/// <summary>
/// <c>tpmhw getrandom 16</c> against the least .NET program that makes the same exchange, published the same way, run
/// in turns against one swtpm.
/// </summary>
internal static class StartupBenchmark
{
    private const string HelloProject = "Tests/TpmHw.Benchmarks.Hello/TpmHw.Benchmarks.Hello.csproj";
    private static readonly TimeSpan s_publishing = TimeSpan.FromMinutes(10);
    private const int Runs = 60;
    private const int WarmUpRuns = 5; // the files come into the page cache

    public static StartupResult Run()
    {
        BenchmarkException.ThrowIfThereIsNoSwtpm();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tpmhw-startup-");
        try
        {
            (string tpmhw, string hello) = Publish(folder.FullName);
            using var swtpm = new SwtpmProcess();
            var tpmhwTimes = new List<double>();
            var helloTimes = new List<double>();
            for (int run = -WarmUpRuns; run < Runs; run++)
            {
                double tpmhwTime = Time(tpmhw, "getrandom", "--no-protection", "--tpm", swtpm.ConnectionString, "16");
                double helloTime = Time(hello, swtpm.DataPath);
                if (run >= 0)
                {
                    tpmhwTimes.Add(tpmhwTime);
                    helloTimes.Add(helloTime);
                }
            }

            return new StartupResult(Summarize("tpmhw getrandom 16", tpmhw, tpmhwTimes), Summarize("the least program", hello, helloTimes));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (string Tpmhw, string Hello) Publish(string folder)
    {
        Console.Error.WriteLine("Publishing both programs (minutes the first time)");
        string tpmhw = Run("sh", "Tools/publish.sh").Split(' ')[0]; // the path, and then the size
        string platform = Path.GetFileName(Path.GetDirectoryName(tpmhw)!);
        Run("dotnet", "publish", HelloProject, "-c", "Release", "-r", platform, "-p:Published=true", "-o", folder, "-v", "quiet", "--nologo");
        return (Path.Combine(Repository.Root, tpmhw), Path.Combine(folder, "hello"));
    }

    private static double Time(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        long before = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double milliseconds = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
        return process.ExitCode == 0 && output.Length > 0
            ? milliseconds
            : throw new BenchmarkException($"{program} ended with {process.ExitCode} and wrote '{output}'.");
    }

    private static string Run(string program, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of(program, arguments, folder: Repository.Root, patience: s_publishing).GetAwaiter().GetResult();
        return run.ExitCode == 0 ? run.Output : throw new BenchmarkException($"{run}");
    }

    private static ProgramTime Summarize(string name, string program, List<double> times) =>
        new(name, Round.Median(times), times.Min(), times.Max(), new FileInfo(program).Length);
}
