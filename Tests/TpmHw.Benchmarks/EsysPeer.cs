using System.Diagnostics;
using System.Globalization;

namespace TpmHw.Benchmarks;

/// <summary>ESYS of tpm2-tss doing the same work in a process of its own, round by round between ours (see Esys/esys.c).</summary>
internal sealed class EsysPeer : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private EsysPeer(string program, params string[] arguments) =>
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>Builds the program.</summary>
    /// <param name="folder">Where to put it.</param>
    /// <returns>Its path.</returns>
    public static string Build(string folder) => PeerProgram.Build(folder, "esys", "-ltss2-esys");

    /// <summary>Starts a responder: it answers at a Unix socket from memory, with what a TPM behind another one said first.</summary>
    public static EsysPeer Responder(string program, string socket, string swtpm)
    {
        var responder = new EsysPeer(program, "respond", socket, swtpm);
        for (long start = Stopwatch.GetTimestamp(); !File.Exists(socket);)
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
            {
                responder.Dispose();
                throw new BenchmarkException("The responder did not start.");
            }

            Thread.Sleep(10);
        }

        return responder;
    }

    /// <summary>ESYS with answers from its own memory, and at first from a TPM behind a Unix socket.</summary>
    public static EsysPeer OverMemory(string program, string swtpm) => new(program, "memory", swtpm);

    /// <summary>ESYS over a Unix socket.</summary>
    public static EsysPeer OverSocket(string program, string socket) => new(program, "socket", socket);

    /// <summary>Measures one round of an operation.</summary>
    public Round Measure(string operation, TimeSpan time)
    {
        _process.StandardInput.WriteLine(FormattableString.Invariant($"{operation} {time.TotalMilliseconds:F0}"));
        _process.StandardInput.Flush();
        string? line = _process.StandardOutput.ReadLine();
        return line?.Split(' ').Select(static w => double.Parse(w, CultureInfo.InvariantCulture)).ToArray() is [var commands, var seconds, var cpu]
            ? new Round(commands / seconds, cpu / commands, AllocatedBytes: null)
            : throw new BenchmarkException($"The program beside which '{operation}' is measured has ended (see above).");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
