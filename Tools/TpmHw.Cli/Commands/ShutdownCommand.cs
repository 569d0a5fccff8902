using System.CommandLine;
using TpmHw.Spec;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_Shutdown (Part 3, 9.4), TPM_SaveState.</summary>
internal sealed class ShutdownCommand : CliCommand
{
    private readonly Option<bool> _clear = new("--clear", "-c") { Description = "Without saving state for a resume" };

    public ShutdownCommand()
        : base("shutdown", "Prepare the TPM for the loss of power, and save its state for a resume") => Options.Add(_clear);

    public override ExitCode Run(CommandContext context)
    {
        bool clear = context.Has(_clear);
        context.WithTpm(
            tpm => tpm.Commands.Shutdown(clear ? TpmSu.Clear : TpmSu.State, cancellationToken: context.Cancellation),
            old =>
            {
                // A TPM 1.2 needs nothing to be ready for the loss of power.
                if (!clear)
                {
                    old.SaveState();
                }
            });
        return ExitCode.Ok;
    }
}
