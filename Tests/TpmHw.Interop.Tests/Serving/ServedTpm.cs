using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TpmHw.Testing.Programs;

namespace TpmHw.Interop.Tests.Serving;

/// <summary>A <c>tpmhw serve</c> that listens when <see cref="Start"/> returns, and is stopped in order when it is disposed.</summary>
internal sealed class ServedTpm : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _rest;

    private ServedTpm(Process process, Task<string> rest)
    {
        _process = process;
        _rest = rest;
    }

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it.</summary>
    /// <param name="listeners">How many addresses it will listen on.</param>
    /// <param name="arguments">Its arguments after <c>serve</c>.</param>
    public static Task<ServedTpm> Start(int listeners, params string[] arguments) => Start(listeners, [], arguments);

    /// <summary>Starts it with variables in its environment.</summary>
    public static async Task<ServedTpm> Start(int listeners, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.Tpmhw, ["serve", .. arguments]) { RedirectStandardError = true };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        for (int seen = 0; seen < listeners;)
        {
            string line = await process.StandardError.ReadLineAsync().WaitAsync(s_patience) ?? throw new InvalidOperationException("tpmhw serve ended at once.");
            seen += line.Contains("listening on", StringComparison.Ordinal) ? 1 : throw new InvalidOperationException(line);
        }

        return new ServedTpm(process, process.StandardError.ReadToEndAsync());
    }

    /// <summary>Starts it on a TCP port that is free, and whose neighbour is, until nobody else is quicker.</summary>
    public static async Task<(ServedTpm Served, int Port)> StartOnPort(int listeners, Func<int, string[]> arguments)
    {
        for (int attempt = 0; ; attempt++)
        {
            int port = FreePort();
            try
            {
                return (await Start(listeners, arguments(port)), port);
            }
            catch (InvalidOperationException) when (attempt < 10)
            {
                // The next port.
            }
        }
    }

    /// <summary>A TCP port that was free just now.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Asks it to end.</summary>
    /// <returns>Its exit code and what it wrote since it listened.</returns>
    public async Task<(int ExitCode, string Log)> Stop()
    {
        (await ProgramRun.Of("bash", ["-c", $"kill -TERM {_process.Id}"])).Succeeded(); // the shell's own: not every machine has the program
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return (_process.ExitCode, await _rest);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
