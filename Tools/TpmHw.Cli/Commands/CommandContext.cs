using System.CommandLine;
using Microsoft.Extensions.Logging;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Hosting;
using TpmHw.Cli.Info;
using TpmHw.Cli.Output;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>What a command works with: its arguments, its output, the way to the TPM.</summary>
internal sealed class CommandContext(ParseResult arguments, GlobalOptions options, CliHost host) : IDisposable
{
    private readonly CancellationTokenSource _interrupted = new();
    private TpmConnection? _connection;
    private IDisposable? _watch;
    private bool _recordsProtected;

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

    /// <summary>The values of an option that may be repeated.</summary>
    public string[] Values(Option<string[]> option) => arguments.GetValue(option) ?? [];

    /// <summary>A log on standard error: all of it with --verbose, otherwise from a level on.</summary>
    public ILogger Log(LogLevel usual) => new ErrorLogger(host, arguments.GetValue(options.Verbose) ? LogLevel.Trace : usual);

    /// <summary>An option's value; null where it wasn't given.</summary>
    public string? Value(Option<string> option) => arguments.GetValue(option);

    /// <summary>Whether an option was given.</summary>
    public bool Has(Option<bool> option) => arguments.GetValue(option);

    /// <summary>Opens the TPM that the user names, for whole messages, which go as they are.</summary>
    /// <param name="wire">Sees what goes over the wire, where the transport drives one; null for nobody.</param>
    /// <param name="eachClient">Whether clients of it are listened in on instead, by <see cref="ListenIn"/>.</param>
    public ITpmTransport OpenTransport(WireObserver? wire = null, bool eachClient = false)
    {
        ITpmTransport transport = Connection().Open(wire, eachClient);
        _watch ??= host.WatchInterrupt(_interrupted.Cancel);
        return transport;
    }

    /// <summary>Opens the TPM of <see cref="OpenTransport"/> once more, where it can be opened more than once.</summary>
    public ITpmTransport OpenAnother() => _connection!.OpenAnother();

    /// <summary>Records what a client of the TPM of <see cref="OpenTransport"/> sends, where the user wants that.</summary>
    /// <param name="client">The client's transport.</param>
    /// <param name="number">Which client it is.</param>
    public ITpmTransport ListenIn(ITpmTransport client, int number) => _connection!.ListenIn(client, number);

    /// <summary>Whether the user wants a recording or a capture.</summary>
    public bool Records => arguments.GetValue(options.Record) is not null || arguments.GetValue(options.Pcap) is not null;

    /// <summary>Opens the TPM that the user names, which has to be a TPM 2.0.</summary>
    /// <exception cref="CliException">It is a TPM 1.2.</exception>
    public Tpm2 OpenTpm(WireObserver? wire = null)
    {
        Tpm2 tpm = OpenEither(wire);
        if (tpm.Transport.Info.Family != TpmFamily.Tpm12)
        {
            return tpm;
        }

        tpm.Dispose();
        throw new CliException(
            ExitCode.NotSupported,
            $"'{arguments.CommandResult.Command.Name}' is for TPM 2.0, and '{tpm.Transport.Info.Name}' is a TPM 1.2.",
            "With a TPM 1.2 work info, startup, shutdown, selftest, getrandom, pcrread, pcrextend, reset, transmit, pipe and wire.");
    }

    /// <summary>Opens the TPM that the user names, of either family. Call <see cref="ThrowIfUnprotected"/> before something is sent to a TPM 1.2.</summary>
    /// <param name="wire">Sees what goes over the wire, if the transport drives one; null if nothing shall.</param>
    public Tpm2 OpenEither(WireObserver? wire = null)
    {
        (ITpmTransport transport, Tpm2Options treatment) = Connection().OpenProtected(wire);
        try
        {
            // Who watches the wire wants to read it.
            var tpm = new Tpm2(transport, wire is null || treatment.AsksForIdentity ? treatment : treatment with { ProtectBus = treatment.ProtectBus ?? false });
            _recordsProtected = Records && tpm.BusProtection.Level != BusProtectionLevel.Off;
            _watch ??= host.WatchInterrupt(_interrupted.Cancel);
            return tpm;
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>Opens the TPM that the user names, and does what there is to do by the commands of its family.</summary>
    public void WithTpm(Action<Tpm2> tpm20, Action<Tpm12Commands> tpm12)
    {
        using Tpm2 tpm = OpenEither();

        // A protected command is preceded by others; in clear, the command itself is the question.
        bool isProtected = tpm.BusProtection.Level != BusProtectionLevel.Off;
        TpmFamily? family = isProtected ? FamilyProbe.Find(tpm.Transport, Cancellation) : tpm.Transport.Info.Family;
        if (family != TpmFamily.Tpm12)
        {
            try
            {
                tpm20(tpm);
                return;
            }
            catch (TpmCommandException e) when (family is null && FamilyProbe.Of(e.Code) == TpmFamily.Tpm12)
            {
                // The transport could not tell. A TPM 1.2 has done nothing: it does not know the tag.
            }
        }

        ThrowIfUnprotected(tpm);
        _recordsProtected = false;
        tpm12(new Tpm12Commands(tpm.Transport, Cancellation));
    }

    /// <summary>Checks that a TPM 1.2 is not asked who it is.</summary>
    /// <exception cref="CliException">It is, and has no way to answer.</exception>
    public static void ThrowIfUnprotected(Tpm2 tpm)
    {
        if (tpm.Options.AsksForIdentity)
        {
            throw new CliException(ExitCode.NotSupported, $"'{tpm.Transport.Info.Name}' is a TPM 1.2, or pretends to be one, and can't prove which TPM it is.", "Pins and trust are for TPM 2.0. Leave them out if it really is a TPM 1.2.");
        }
    }

    public void Dispose()
    {
        if (_recordsProtected && !arguments.GetValue(options.Json))
        {
            Note("The bus is protected, so that what was recorded can't be replayed. --no-protection records plain commands.");
        }

        foreach (string loss in _connection?.Losses() ?? [])
        {
            Note(loss);
        }

        _watch?.Dispose();
        _interrupted.Dispose();
    }

    private TpmConnection Connection() => _connection = new(arguments, options, host, ((CliCommand)arguments.CommandResult.Command).OwnConnection);

    private void Note(string text) => host.Error.Write(System.Text.Encoding.UTF8.GetBytes($"tpmhw: {text}\n"));
}
