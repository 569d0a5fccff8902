using System.CommandLine;
using TpmHw.Cli.Hosting;
using TpmHw.Transport;

namespace TpmHw.Cli;

/// <summary>The way to the TPM: which one, and what listens in on it.</summary>
internal sealed class TpmConnection(ParseResult arguments, GlobalOptions options, CliHost host)
{
    /// <summary>Where a connection string comes from when the command line has none.</summary>
    public static readonly string[] Variables = ["TPMHW_TPM", "TPM2TOOLS_TCTI"];

    /// <summary>Opens it, with what the user wants to listen in.</summary>
    /// <exception cref="TpmTransportException">There is no way to it.</exception>
    public ITpmTransport Open()
    {
        ITpmTransport transport = OpenPlain();
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

    private ITpmTransport ListenIn(ITpmTransport transport)
    {
        if (arguments.GetValue(options.Record) is { } recording)
        {
            transport = new RecordingTransport(transport, recording);
        }

        if (arguments.GetValue(options.Pcap) is { } capture)
        {
            transport = new PcapTransport(transport, capture);
        }

        return arguments.GetValue(options.Verbose) ? new TracingTransport(transport, new ErrorLogger(host)) : transport;
    }

    private ITpmTransport OpenPlain()
    {
        (string connectionString, string? variable) = Find();
        try
        {
            return host.Catalog.Open(connectionString);
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
