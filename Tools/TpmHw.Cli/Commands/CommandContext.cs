using System.CommandLine;
using TpmHw.Cli.Hosting;
using TpmHw.Cli.Output;
using TpmHw.Transport;

namespace TpmHw.Cli.Commands;

/// <summary>What a command works with: its arguments, its output, the way to the TPM.</summary>
internal sealed class CommandContext(ParseResult arguments, GlobalOptions options, CliHost host) : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private TpmConnection? _connection;
    private IDisposable? _watch;

    /// <summary>What surrounds the run.</summary>
    public CliHost Host => host;

    /// <summary>Where the result goes.</summary>
    public CommandOutput Output { get; } = new(host, arguments.GetValue(options.Json), arguments.GetValue(options.Quiet));

    /// <summary>Set when the user interrupts. Watched only once a TPM is open: before that, a signal just ends the process.</summary>
    public CancellationToken Cancellation => _interrupted.Token;

    /// <summary>An argument's value.</summary>
    public string? Value(Argument<string> argument) => arguments.GetValue(argument);

    /// <summary>The values of an argument that may be repeated.</summary>
    public string[] Values(Argument<string[]> argument) => arguments.GetValue(argument) ?? [];

    /// <summary>An option's value; null where it wasn't given.</summary>
    public string? Value(Option<string> option) => arguments.GetValue(option);

    /// <summary>Whether an option was given.</summary>
    public bool Has(Option<bool> option) => arguments.GetValue(option);

    /// <summary>Opens the TPM that the user names, for whole messages.</summary>
    /// <param name="wire">Sees what goes over the wire, where the transport drives one; null for nobody.</param>
    public ITpmTransport OpenTransport(WireObserver? wire = null)
    {
        _connection = new TpmConnection(arguments, options, host, ((CliCommand)arguments.CommandResult.Command).OwnConnection);
        ITpmTransport transport = _connection.Open(wire);
        _watch ??= host.WatchInterrupt(_interrupted.Cancel);
        return transport;
    }

    /// <summary>Opens the TPM that the user names.</summary>
    public Tpm2 OpenTpm(WireObserver? wire = null) => new(OpenTransport(wire));

    public void Dispose()
    {
        foreach (string loss in _connection?.Losses() ?? [])
        {
            host.Error.Write(System.Text.Encoding.UTF8.GetBytes($"tpmhw: {loss}\n"));
        }

        _watch?.Dispose();
        _interrupted.Dispose();
    }
}
