using System.Diagnostics;
using TpmHw.ResourceManagement;
using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Transports;
using TpmHw.Transports.Serving;

namespace TpmHw.Benchmarks;

/// <summary>What clients of a shared TPM get done, through <c>tpmhw serve</c> and through tpm2-abrmd, each on a swtpm with its three slots.</summary>
internal static class ServeBenchmark
{
    private const int Rounds = 9;
    private const double HighestCommands = 1.005; // the manager asks the TPM a few things at its start

    // One that has to be loaded costs the flush of another, the load and the command itself.
    private const double HighestCommandsOfSwap = 3.005;

    // Of five keys that are used in turn, three slots can have the one that is wanted every second time (Belady).
    private const double HighestCommandsOfFiveKeys = 2.005;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(0.25);

    private static readonly ServeSetting[] s_settings =
    [
        new("raw", "random", Clients: 1, Keys: 0, LeastRatio: 1.5, HighestCommands),
        new("raw", "random", Clients: 8, Keys: 0, LeastRatio: 1.5, HighestCommands),
        new("raw", "readpublic", Clients: 1, Keys: 1, LeastRatio: 2, HighestCommands),
        new("raw", "readpublic", Clients: 1, Keys: 3, LeastRatio: 2, HighestCommands),
        new("raw", "readpublic", Clients: 1, Keys: 5, LeastRatio: 2, HighestCommandsOfFiveKeys),
        new("raw", "readpublic", Clients: 8, Keys: 1, LeastRatio: 2, HighestCommandsOfSwap),
        new("raw", "readpublic", Clients: 8, Keys: 3, LeastRatio: 2, HighestCommandsOfSwap),
        new("raw", "readpublic", Clients: 8, Keys: 5, LeastRatio: 2, HighestCommandsOfSwap),
        new("raw", "sign", Clients: 1, Keys: 3, LeastRatio: null, HighestCommands),
        new("raw", "sign", Clients: 8, Keys: 3, LeastRatio: null, HighestCommandsOfSwap),
        new("mssim", "random", Clients: 8, Keys: 0, LeastRatio: null, HighestCommands),
        new("mssim", "readpublic", Clients: 8, Keys: 3, LeastRatio: null, HighestCommandsOfSwap),
        new("swtpm", "random", Clients: 8, Keys: 0, LeastRatio: null, HighestCommands),
    ];

    public static IReadOnlyList<ServeMeasurement> Run()
    {
        BenchmarkException.ThrowIfThereIsNoSwtpm();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tpmhw-serve-");
        try
        {
            string clients = PeerProgram.Build(folder.FullName, "clients", "-ltss2-esys", "-ltss2-tctildr", "-lpthread");
            return [.. s_settings.Select(setting => Measure(setting, clients, folder.CreateSubdirectory(Guid.NewGuid().ToString("N")[..6]).FullName))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ServeMeasurement Measure(ServeSetting setting, string program, string folder)
    {
        double commands = OurCommands(setting, program, folder);
        double abrmdCommands = AbrmdCommands(setting, program, folder);
        using var swtpm = new SwtpmProcess();
        using var other = new SwtpmProcess();
        string socket = Path.Combine(folder, "ours");
        using Process server = Process.Start(new ProcessStartInfo(Repository.Tpmhw, ["serve", "--tpm", swtpm.ConnectionString, "--listen", FrontEnd(setting, socket), "--quiet"]) { RedirectStandardError = true })!;
        server.BeginErrorReadLine();
        using var abrmd = new AbrmdProcess("swtpm:path=" + other.DataPath);
        try
        {
            using var ours = new ServeClients(program, Tcti(setting, socket), setting.Clients, setting.Keys);
            using var theirs = new ServeClients(program, "tabrmd:bus_type=session", setting.Clients, setting.Keys, abrmd.BusAddress);
            ours.Run(setting.Operation, s_warmUp);
            theirs.Run(setting.Operation, s_round);
            var our = new List<ServeRound>();
            var their = new List<ServeRound>();
            for (int round = 0; round < Rounds; round++)
            {
                our.Add(ServeRound.Of(ours, setting.Operation, s_round, server));
                their.Add(ServeRound.Of(theirs, setting.Operation, s_round, abrmd.Process));
            }

            // Of rounds that took turns, as what else the machine does changes from one to the next.
            double ratio = Round.Median(our.Zip(their, static (o, t) => o.CommandsPerSecond / t.CommandsPerSecond));
            return new(setting, ServeRound.Median(our), commands, ServeRound.Median(their), abrmdCommands, ratio);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    /// <summary>The TPM's commands for each of a client's, through our resource manager.</summary>
    private static double OurCommands(ServeSetting setting, string program, string folder)
    {
        using var swtpm = new SwtpmProcess();
        using var counted = new CountingTransport(TransportCatalog.Default.Open(swtpm.ConnectionString));
        using var share = new TpmResourceManager(counted);
        using var server = new TpmServer(share);
        string socket = Path.Combine(folder, "counted");
        server.Listen(FrontEnd(setting, socket));
        using var clients = new ServeClients(program, Tcti(setting, socket), setting.Clients, setting.Keys);
        return counted.PerCommand(clients, setting.Operation, s_round);
    }

    /// <summary>The same through tpm2-abrmd, to which this program is the TPM.</summary>
    private static double AbrmdCommands(ServeSetting setting, string program, string folder)
    {
        using var swtpm = new SwtpmProcess();
        using var counted = new CountingTransport(TransportCatalog.Default.Open(swtpm.ConnectionString));
        using var share = new TpmQueue(counted);
        using var server = new TpmServer(share);
        string socket = Path.Combine(folder, "abrmd");
        server.Listen("swtpm:path=" + socket);
        using var abrmd = new AbrmdProcess("swtpm:path=" + socket);
        using var clients = new ServeClients(program, "tabrmd:bus_type=session", setting.Clients, setting.Keys, abrmd.BusAddress);
        return counted.PerCommand(clients, setting.Operation, s_round);
    }

    private static string FrontEnd(ServeSetting setting, string socket) =>
        setting.FrontEnd == "mssim" ? "mssim:port=23321" : $"{setting.FrontEnd}:path={socket}";

    private static string Tcti(ServeSetting setting, string socket) => setting.FrontEnd switch
    {
        "raw" => "bare:" + socket,
        "mssim" => "mssim:port=23321",
        _ => "swtpm:path=" + socket,
    };

    /// <summary>Counts what reaches the TPM.</summary>
    private sealed class CountingTransport(ITpmTransport inner) : ITpmTransportWrapper
    {
        private long _commands;

        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public double PerCommand(ServeClients clients, string operation, TimeSpan time)
        {
            clients.Run(operation, time / 4);
            long before = Interlocked.Read(ref _commands);
            (long commands, _) = clients.Run(operation, time);
            return (double)(Interlocked.Read(ref _commands) - before) / commands;
        }

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _commands);
            return inner.Transmit(command, response, cancellationToken);
        }

        public void Dispose() => inner.Dispose();
    }
}

/// <summary>What clients do, and what is aimed at.</summary>
/// <param name="FrontEnd">The front end that ours use; those of tpm2-abrmd have a connection each, like <c>raw</c>.</param>
/// <param name="Operation">Its name in Esys/clients.c.</param>
/// <param name="Clients">How many there are.</param>
/// <param name="Keys">How many keys each has, which it uses in turn.</param>
/// <param name="LeastRatio">Our commands per second to tpm2-abrmd's; null for no aim.</param>
/// <param name="HighestCommands">The TPM's commands for each of a client's.</param>
internal sealed record ServeSetting(string FrontEnd, string Operation, int Clients, int Keys, double? LeastRatio, double HighestCommands);

/// <summary>What clients got done in one round, and what it cost the server.</summary>
internal sealed record ServeRound(double CommandsPerSecond, double ServerMicroseconds)
{
    public static ServeRound Of(ServeClients clients, string operation, TimeSpan time, Process server)
    {
        TimeSpan before = Cpu(server);
        (long commands, double seconds) = clients.Run(operation, time);
        return new(commands / seconds, (Cpu(server) - before).TotalMicroseconds / commands);
    }

    public static ServeRound Median(IReadOnlyList<ServeRound> rounds) =>
        new(Round.Median(rounds.Select(static r => r.CommandsPerSecond)), Round.Median(rounds.Select(static r => r.ServerMicroseconds)));

    private static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}

/// <summary>One row.</summary>
internal sealed record ServeMeasurement(ServeSetting Setting, ServeRound TpmHw, double TpmCommands, ServeRound Abrmd, double AbrmdTpmCommands, double Ratio)
{
    public bool Passed => !(Ratio < Setting.LeastRatio) && TpmCommands <= Setting.HighestCommands;
}
