using System.Diagnostics;
using System.Globalization;

namespace TpmHw.Benchmarks;

/// <summary>Clients of a shared TPM, in a process of their own (see Esys/clients.c).</summary>
internal sealed class ServeClients : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    /// <summary>Starts them, and has their keys made.</summary>
    public ServeClients(string program, string tcti, int clients, int keys, string bus = "")
    {
        // The server at the other end may have been started just now.
        for (long start = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            var info = new ProcessStartInfo(program, [tcti, $"{clients}", $"{keys}"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            info.Environment["DBUS_SESSION_BUS_ADDRESS"] = bus;
            _process = Process.Start(info)!;
            if (_process.StandardOutput.ReadLine() == "ready")
            {
                return;
            }

            string errors = _process.StandardError.ReadToEnd();
            Dispose();
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                throw new BenchmarkException($"The clients of {tcti} did not get ready: {errors}");
            }
        }
    }

    /// <summary>Has them do the same for some time.</summary>
    public (long Commands, double Seconds) Run(string operation, TimeSpan time)
    {
        _process.StandardInput.WriteLine(FormattableString.Invariant($"{operation} {time.TotalMilliseconds:F0}"));
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine()?.Split(' ') is [var commands, var seconds]
            ? (long.Parse(commands, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture))
            : throw new BenchmarkException($"Clients have ended during '{operation}': {_process.StandardError.ReadToEnd()}");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
