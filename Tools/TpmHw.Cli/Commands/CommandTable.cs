namespace TpmHw.Cli.Commands;

/// <summary>The commands. Each is built when it is named; all of them only for help and for errors.</summary>
internal static class CommandTable
{
    /// <summary>The commands, in the order in which help lists them.</summary>
    public static readonly CommandRow[] Rows =
    [
        new("demo", static () => new DemoCommand()),
        new("info", static () => new InfoCommand()),
        new("transports", static () => new TransportsCommand()),
        new("probe", static () => new ProbeCommand()),
        new("wire", static () => new WireCommand()),
        new("reset", static () => new ResetCommand()),
        new("startup", static () => new StartupCommand()),
        new("shutdown", static () => new ShutdownCommand()),
        new("selftest", static () => new SelfTestCommand()),
        new("gettestresult", static () => new GetTestResultCommand()),
        new("getcap", static () => new GetCapCommand()),
        new("getrandom", static () => new GetRandomCommand()),
        new("pcrread", static () => new PcrReadCommand()),
        new("pcrextend", static () => new PcrExtendCommand()),
        new("tcglog", static () => new TcgLogCommand()),
        new("readclock", static () => new ReadClockCommand()),
        new("transmit", static () => new TransmitCommand()),
        new("pipe", static () => new PipeCommand()),
        new("replay", static () => new ReplayCommand()),
        new("decode", static () => new DecodeCommand()),
        new("rc-decode", static () => new RcDecodeCommand()),
    ];

    /// <summary>The command that the first argument names which names one; null where none does.</summary>
    public static CommandRow? Find(List<string> args)
    {
        foreach (string argument in args)
        {
            foreach (CommandRow row in Rows)
            {
                if (row.Name == argument)
                {
                    return row;
                }
            }
        }

        return null;
    }
}

/// <summary>A command's name and how to build it.</summary>
internal sealed record CommandRow(string Name, Func<CliCommand> Build);
