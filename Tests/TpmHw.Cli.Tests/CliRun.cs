using System.Text;
using System.Text.Json;
using TpmHw.Cli.Hosting;
using TpmHw.Simulation;
using TpmHw.Transport;
using TpmHw.Transports;

namespace TpmHw.Cli.Tests;

/// <summary>One run of the command in this process, and what came of it.</summary>
internal sealed class CliRun : CliHost
{
    private readonly IReadOnlyDictionary<string, string> _variables;
    private TransportCatalog _catalog = TransportCatalog.Default;
    private TaskCompletionSource? _interrupt;

    static CliRun() => SimulationTransports.AddTo(TransportCatalog.Default);

    private CliRun(Stream input, IReadOnlyDictionary<string, string>? variables)
    {
        Input = input;
        _variables = variables ?? new Dictionary<string, string>();
    }

    public override Stream Input { get; }

    public override Stream Output { get; } = new MemoryStream();

    public override Stream Error { get; } = new MemoryStream();

    public bool Terminal { get; private init; }

    public override bool InputIsTerminal => Terminal;

    public override bool OutputIsTerminal => Terminal;

    public override bool ErrorIsTerminal => Terminal;

    public override int Width => 100;

    public override TransportCatalog Catalog => _catalog;

    public int ExitCode { get; private set; }

    public byte[] Bytes => ((MemoryStream)Output).ToArray();

    public string Text => Encoding.UTF8.GetString(Bytes);

    public string ErrorText => Encoding.UTF8.GetString(((MemoryStream)Error).ToArray());

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public static CliRun Of(params string[] args) => Of(args, []);

    public static CliRun Of(string[] args, byte[]? input = null, IReadOnlyDictionary<string, string>? variables = null, bool terminal = false, TransportDescriptor? transport = null) =>
        Of(args, new MemoryStream(input ?? []), variables, terminal, transport);

    /// <param name="args">The command line.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="variables">The environment.</param>
    /// <param name="terminal">Whether the streams are a terminal.</param>
    /// <param name="transport">The only transport that there is; null for the usual ones.</param>
    /// <param name="interrupt">When the user presses Ctrl-C.</param>
    public static CliRun Of(
        string[] args, Stream input, IReadOnlyDictionary<string, string>? variables = null, bool terminal = false, TransportDescriptor? transport = null, TaskCompletionSource? interrupt = null)
    {
        var run = new CliRun(input, variables) { Terminal = terminal, _interrupt = interrupt };
        if (transport is not null)
        {
            run._catalog = new TransportCatalog([transport]);
        }

        run.ExitCode = CommandLine.Run(args, run);
        return run;
    }

    /// <summary>A run against a new TPM inside this process.</summary>
    public static CliRun OnNewTpm(params string[] args) => Of(["--tpm", "libtpms", .. args]);

    public override string? Variable(string name) => _variables.GetValueOrDefault(name);

    public override IDisposable WatchInterrupt(Action interrupted)
    {
        _interrupt?.Task.ContinueWith(_ => interrupted(), TaskScheduler.Default);
        return new MemoryStream();
    }
}
