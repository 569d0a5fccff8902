using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.EventLog;
using TpmHw.EventLog;

namespace TpmHw.Cli.Commands;

/// <summary>What the firmware has measured into the PCRs: Windows' and Linux's event log, or one in a file.</summary>
internal sealed class TcgLogCommand : CliCommand
{
    private static readonly (string Name, TpmEventLogKind Kind)[] s_kinds =
    [
        ("current", TpmEventLogKind.Current),
        ("boot", TpmEventLogKind.Boot),
        ("resume", TpmEventLogKind.Resume),
        ("drtm-current", TpmEventLogKind.DynamicCurrent),
        ("drtm-boot", TpmEventLogKind.DynamicBoot),
        ("drtm-resume", TpmEventLogKind.DynamicResume),
    ];

    private readonly Argument<string> _file = new("file") { Description = "A saved log to list, instead of this machine's", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string> _log = new("--log") { Description = $"Which log: {string.Join(", ", s_kinds.Select(static k => k.Name))}; without it current", HelpName = "name" };

    private readonly Option<bool> _raw = new("--raw") { Description = "Write the log's bytes, and don't look into them" };

    private readonly Option<string> _output = new("--output", "-o") { Description = "Write the log's bytes to a file", HelpName = "file" };

    public TcgLogCommand()
        : base("tcglog", "List what the firmware has measured into the PCRs (the TCG event log)")
    {
        Arguments.Add(_file);
        Options.Add(_log);
        Options.Add(_raw);
        Options.Add(_output);
    }

    public override string? WhyUnprotected => AsksNothing;

    public override ExitCode Run(CommandContext context)
    {
        TpmEventLogKind kind = KindOf(context.Value(_log) ?? s_kinds[0].Name);
        byte[] log = context.Value(_file) is { } file ? File.ReadAllBytes(file) : Read(context, kind);
        if (context.Value(_output) is { } output)
        {
            File.WriteAllBytes(output, log);
        }

        if (context.Has(_raw))
        {
            context.Output.Bytes(log, hex: false, context.Value(_output), document =>
            {
                document.BeginMap();
                document.Bytes("log", log);
                document.EndMap();
            });
        }
        else
        {
            var events = TcgEventLog.Parse(log);
            context.Output.Page(EventLogReport.Page(events), document => EventLogReport.Write(events, document));
        }

        return ExitCode.Ok;
    }

    private static TpmEventLogKind KindOf(string name)
    {
        int index = Array.FindIndex(s_kinds, k => k.Name == name);
        return index >= 0
            ? s_kinds[index].Kind
            : throw CliException.Usage($"There is no log '{name}'.", $"There are {string.Join(", ", s_kinds.Select(static k => k.Name))}.");
    }

    private static byte[] Read(CommandContext context, TpmEventLogKind kind)
    {
        using ITpmTransport transport = context.OpenTransport();
        ITpmEventLog logs = transport.FindAbility<ITpmEventLog>() ?? throw new CliException(
            ExitCode.NotSupported,
            $"'{transport.Info.Name}' has no event log.",
            "Operating systems keep one for the machine's own TPM: tbs on Windows, device:/dev/tpm0 on Linux. A saved log is listed by its file's name.");
        return logs.ReadEventLog(kind);
    }
}
