using System.CommandLine;
using System.Text;
using TpmHw.Cli.Commands;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Hosting;

namespace TpmHw.Cli;

/// <summary>From arguments to an exit code.</summary>
internal static class CommandLine
{
    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs the command that the arguments name. Whatever happens, the user is told, and nothing is thrown.</summary>
    public static int Run(string[] args, CliHost host)
    {
        var options = new GlobalOptions();
        ParseResult parsed = Parse(args, options, host);
        try
        {
            return (int)Run(parsed, options, host);
        }
        catch (Exception e)
        {
            Failure failure = Failure.Of(e);
            failure.Write(host, parsed.GetValue(options.Json), parsed.GetValue(options.Verbose) ? e : null);
            return (int)failure.ExitCode;
        }
    }

    private static ExitCode Run(ParseResult parsed, GlobalOptions options, CliHost host)
    {
        if (parsed.Action is CliHelp or CliVersion)
        {
            var text = new StringWriter();
            var code = (ExitCode)parsed.Invoke(new InvocationConfiguration { Output = text, EnableDefaultExceptionHandler = false });
            host.Output.Write(Encoding.UTF8.GetBytes(text.ToString()));
            return code;
        }

        UsageErrors.ThrowIfAny(parsed);

        var command = (CliCommand)parsed.CommandResult.Command;
        if (command.WhyUnprotected is { } why && (parsed.GetValue(options.Pin) ?? parsed.GetValue(options.Trust)) is not null)
        {
            throw CliException.Usage($"'{command.Name}' has no use for --pin and --trust: {why}", "Leave them out.");
        }

        using var context = new CommandContext(parsed, options, host);
        return command.Run(context);
    }

    /// <summary>Parses with the one command that is named; with all of them where that goes wrong, so that errors and help know them.</summary>
    private static ParseResult Parse(string[] typed, GlobalOptions options, CliHost host)
    {
        // A list, because an array seen through an interface needs code that is not compiled ahead of time.
        List<string> args = [.. typed];
        if (CommandTable.Find(args) is { } row)
        {
            ParseResult parsed = Root(options, host, row).Parse(args, s_parsing);
            if (parsed.Errors.Count == 0)
            {
                return parsed;
            }
        }

        return Root(options, host, CommandTable.Rows).Parse(args, s_parsing);
    }

    /// <summary>
    /// The commands below one root, with help and version of our own: those of System.CommandLine read its resources
    /// for their descriptions, which takes longer than the rest of the parsing.
    /// </summary>
    private static Command Root(GlobalOptions options, CliHost host, params ReadOnlySpan<CommandRow> rows)
    {
        var root = new Command("tpmhw", "Talks to a TPM: through the operating system, a simulator, or one inside this process.");
        options.AddTo(root);
        root.Options.Add(new Option<bool>("--help", "-h", "-?") { Description = "Show what there is, of a command or of all", Recursive = true, Action = new CliHelp(host) });
        root.Options.Add(new Option<bool>("--version", "-v") { Description = "Show the version", Action = new CliVersion() });
        foreach (CommandRow row in rows)
        {
            root.Subcommands.Add(row.Build());
        }

        return root;
    }
}
