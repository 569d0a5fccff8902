using System.CommandLine;
using System.Globalization;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Hosting;
using TpmHw.Transport;

namespace TpmHw.Cli;

/// <summary>The way to the TPM: which one, and what listens in on it.</summary>
/// <param name="arguments">The command line.</param>
/// <param name="options">The options that tell.</param>
/// <param name="host">What surrounds the run.</param>
/// <param name="own">The connection string that comes before the environment's; null for none.</param>
internal sealed class TpmConnection(ParseResult arguments, GlobalOptions options, CliHost host, string? own)
{
    /// <summary>Where a connection string comes from when the command line has none.</summary>
    public static readonly string[] Variables = ["TPMHW_TPM", "TPM2TOOLS_TCTI"];

    private readonly List<(string Name, Func<Exception?> Error)> _files = [];

    /// <summary>Opens it for bytes that are passed on as they are, with what the user wants to listen in.</summary>
    /// <param name="wire">Sees what goes over the wire, where the transport drives one; null for nobody.</param>
    /// <param name="eachClient">Whether clients of it are to be listened in on instead, by <see cref="ListenIn"/>.</param>
    public ITpmTransport Open(WireObserver? wire = null, bool eachClient = false)
    {
        ITpmTransport transport = OpenPlain(wire);
        return eachClient ? transport : Listening(transport);
    }

    /// <summary>Opens it for commands that are protected as the user wants it, with what the user wants to listen in.</summary>
    /// <param name="wire">Sees what goes over the wire, if the transport drives one; null if nothing shall.</param>
    /// <returns>The transport, and the options of the <see cref="Tpm2"/> on it.</returns>
    public (ITpmTransport Transport, Tpm2Options Options) OpenProtected(WireObserver? wire = null)
    {
        Tpm2Options wanted = Wanted();
        (ITpmTransport transport, Tpm2Options all) = Opened(connection => host.Catalog.OpenProtected(connection, wanted, wire));
        return (Listening(transport), all);
    }

    /// <summary>Opens it once more, with nobody listening in.</summary>
    public ITpmTransport OpenAnother() => OpenPlain(null);

    /// <summary>What could not be written of a recording or capture; to be asked when all is done.</summary>
    public IEnumerable<string> Losses()
    {
        foreach ((string name, Func<Exception?> error) in _files)
        {
            if (error() is { } reason)
            {
                yield return $"The {name} is not whole: {reason.Message}";
            }
        }
    }

    /// <summary>Has what the user wants listen in on a transport of this connection's.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="number">Which one it is, for the files' names; null where it is the only one.</param>
    public ITpmTransport ListenIn(ITpmTransport transport, int? number = null)
    {
        if (arguments.GetValue(options.Record) is { } recording)
        {
            var recorder = new RecordingTransport(transport, Numbered(recording, number));
            AddFile("recording", () => recorder.RecordingError);
            transport = recorder;
        }

        if (arguments.GetValue(options.Pcap) is { } capture)
        {
            var capturer = new PcapTransport(transport, Numbered(capture, number));
            AddFile("capture", () => capturer.CaptureError);
            transport = capturer;
        }

        return arguments.GetValue(options.Verbose) ? new TracingTransport(transport, new ErrorLogger(host)) : transport;
    }

    private static string Numbered(string path, int? number) => number is { } n
        ? Path.Combine(Path.GetDirectoryName(path)!, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(path)}-{n}{Path.GetExtension(path)}"))
        : path;

    private void AddFile(string name, Func<Exception?> error)
    {
        lock (_files)
        {
            _files.Add((name, error));
        }
    }

    private ITpmTransport Listening(ITpmTransport transport)
    {
        try
        {
            return ListenIn(transport);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>What the options of the command line say of protection.</summary>
    private Tpm2Options Wanted()
    {
        string? pin = arguments.GetValue(options.Pin);
        string? trust = arguments.GetValue(options.Trust);
        bool off = arguments.GetValue(options.NoProtection);
        if (pin?.Length == 0 || trust?.Length == 0)
        {
            throw CliException.Usage("--pin and --trust take the name of a file.");
        }

        if (off && (pin ?? trust) is not null)
        {
            throw CliException.Usage("--pin and --trust know a TPM by the protection of its bus, and --no-protection takes that off.", "Leave out the one or the other.");
        }

        return new()
        {
            PinStore = pin is null ? null : new TpmPinFile(pin),
            EndorsementTrust = trust is null ? null : EndorsementTrust.Load(trust),
            ProtectBus = off ? false : null,
        };
    }

    private ITpmTransport OpenPlain(WireObserver? wire) => Opened(connection => host.Catalog.Open(connection, wire));

    private T Opened<T>(Func<string, T> open)
    {
        (string connectionString, string? variable) = Find();
        try
        {
            return open(connectionString);
        }
        catch (TpmTransportException e) when (variable is not null)
        {
            throw new TpmTransportException(
                e.Fault,
                e.Message,
                string.Join('\n', [.. e.Evidence.Length > 0 ? [e.Evidence] : Array.Empty<string>(), $"'{connectionString}' is the value of {variable}"]),
                e.Advice,
                e);
        }
    }

    private (string ConnectionString, string? Variable) Find()
    {
        if (arguments.GetValue(options.Tpm) is { } given)
        {
            return (given, null);
        }

        if (own is not null)
        {
            return (own, null);
        }

        foreach (string variable in Variables)
        {
            if (host.Variable(variable) is { Length: > 0 } value)
            {
                return (value, variable);
            }
        }

        return ("auto", null);
    }
}
