using System.CommandLine;

namespace TpmHw.Cli.Commands;

/// <summary>One command of <c>tpmhw</c>: what it takes, and what it does.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>Of commands that pass on what others have made.</summary>
    protected const string PassesBytesOn = "it passes bytes on as they are. The program that makes a command protects it.";

    /// <summary>Of commands that need no TPM, or only open it.</summary>
    protected const string AsksNothing = "it asks no TPM for anything.";

    /// <summary>The TPM where the command line names none, whatever the environment says; null where the environment counts.</summary>
    public virtual string? OwnConnection => null;

    /// <summary>Why nothing is protected that this command sends; null if it is.</summary>
    public virtual string? WhyUnprotected => null;

    /// <summary>Does it. What goes wrong is an exception; the caller turns it into an error block and an exit code.</summary>
    public abstract ExitCode Run(CommandContext context);
}
