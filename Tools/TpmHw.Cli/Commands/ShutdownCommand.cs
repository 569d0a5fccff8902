using System.CommandLine;
using TpmHw.Spec;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_Shutdown (Part 3, 9.4).</summary>
internal sealed class ShutdownCommand : CliCommand
{
    private readonly Option<bool> _clear = new("--clear", "-c") { Description = "Without saving state for a resume" };

    public ShutdownCommand()
        : base("shutdown", "Prepare the TPM for the loss of power, and save its state for a resume") => Options.Add(_clear);

    public override ExitCode Run(CommandContext context)
    {
        using Tpm2 tpm = context.OpenTpm();
        tpm.Commands.Shutdown(context.Has(_clear) ? TpmSu.Clear : TpmSu.State, context.Cancellation);
        return ExitCode.Ok;
    }
}
