using System.CommandLine;

namespace TpmHw.Cli.Commands;

/// <summary>One command of <c>tpmhw</c>: what it takes, and what it does.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>The TPM where the command line names none, whatever the environment says; null where the environment counts.</summary>
    public virtual string? OwnConnection => null;

    /// <summary>Does it. What goes wrong is an exception; the caller turns it into an error block and an exit code.</summary>
    public abstract ExitCode Run(CommandContext context);
}
