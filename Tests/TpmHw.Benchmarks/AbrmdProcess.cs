using System.Diagnostics;

namespace TpmHw.Benchmarks;

/// <summary>tpm2-abrmd on a bus of its own.</summary>
internal sealed class AbrmdProcess : IDisposable
{
    private const string WhatItNeeds = "This benchmark needs tpm2-abrmd and a message bus. On Debian and Ubuntu: apt install tpm2-abrmd libtss2-tcti-tabrmd0 dbus-daemon.";

    private readonly Process _bus;
    private readonly Process _daemon;

    /// <summary>Starts it on a TPM that tpm2-tss reaches.</summary>
    public AbrmdProcess(string tcti)
    {
        try
        {
            _bus = Start("dbus-daemon", "", "--session", "--nofork", "--print-address");
            BusAddress = _bus.StandardOutput.ReadLine() ?? throw new BenchmarkException("dbus-daemon has ended at once.");
            _daemon = Start("tpm2-abrmd", BusAddress, "--session", "--allow-root", "--tcti=" + tcti);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchmarkException($"{e.Message}. {WhatItNeeds}");
        }
    }

    /// <summary>Where its bus is (DBUS_SESSION_BUS_ADDRESS).</summary>
    public string BusAddress { get; }

    public Process Process => _daemon;

    public void Dispose()
    {
        foreach (Process process in (Process[])[_daemon, _bus])
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }

    private static Process Start(string program, string bus, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DBUS_SESSION_BUS_ADDRESS"] = bus;
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }
}
