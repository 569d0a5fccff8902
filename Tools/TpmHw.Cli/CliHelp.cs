using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using TpmHw.Cli.Commands;
using TpmHw.Cli.Hosting;

namespace TpmHw.Cli;

/// <summary>The help of System.CommandLine, and below the list of commands what holds for all of them.</summary>
internal sealed class CliHelp(CliHost host) : SynchronousCommandLineAction
{
    private const string Environment = """
        Environment:
          TPMHW_TPM        the TPM where --tpm is not given
          TPM2TOOLS_TCTI   the same, where TPMHW_TPM is not set either
          NO_COLOR         no colours

        Exit codes:
          0    it worked
          1    the TPM answered with an error, or something else failed
          2    the command line or a connection string is not understood; nothing was sent
          3    the TPM refused an authorization, or is locked out
          4    no way to the TPM: it can't be opened, does not answer, or is no TPM
          5    this TPM, transport or operating system can't do that
          6    not what was expected: another TPM or a forged response, a replay that differs, a self-test that failed
          130  interrupted

        JSON has the names and the nesting of the YAML. Numbers are numbers, flags true or false, bytes strings of hex digits.

        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        new HelpAction { MaxWidth = host.Width }.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not CliCommand command)
        {
            parseResult.InvocationConfiguration.Output.Write(Environment);
        }
        else if (command.WhyUnprotected is { } why)
        {
            parseResult.InvocationConfiguration.Output.Write($"--pin and --trust are not for this command: {why}\n\n");
        }

        return (int)ExitCode.Ok;
    }
}

/// <summary>Writes the version.</summary>
internal sealed class CliVersion : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        string? version = typeof(CliVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine($"tpmhw {version}");
        return (int)ExitCode.Ok;
    }
}
