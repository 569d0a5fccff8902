using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace TpmHw.Testing.Programs;

/// <summary>What a program left behind: its exit code and everything that it wrote.</summary>
public sealed record ProgramRun(string CommandLine, int ExitCode, byte[] OutputBytes, string Errors)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Its standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Runs a program to its end, with nothing on its standard input.</summary>
    /// <param name="program">A path, or a name on the PATH.</param>
    /// <param name="arguments">Its arguments, none of them seen by a shell.</param>
    /// <param name="environment">Variables that it gets beside this process's own; null takes one away.</param>
    /// <param name="folder">Its current directory.</param>
    /// <param name="patience">After this time it is killed; a minute, where nothing is said.</param>
    public static async Task<ProgramRun> Of(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        string? folder = null,
        TimeSpan? patience = null)
    {
        TimeSpan allowed = patience ?? s_patience;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        // Programs that are built here find the runtime that runs this, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        string commandLine = string.Join(' ', [Path.GetFileName(program), .. start.ArgumentList]);
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var output = new MemoryStream();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await Task.WhenAll(reading, errors, process.WaitForExitAsync()).WaitAsync(allowed);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{commandLine}' did not end within {allowed.TotalSeconds:F0} s.");
        }

        return new ProgramRun(commandLine, process.ExitCode, output.ToArray(), await errors);
    }

    /// <summary>This run, once it is known that it went well.</summary>
    public ProgramRun Succeeded() => ExitCode == 0 ? this : throw new InvalidOperationException($"{this}");

    /// <summary>Everything about it, for the message of a failed test.</summary>
    public override string ToString() => $"'{CommandLine}' ended with {ExitCode}.\n{Output}{Errors}";
}
