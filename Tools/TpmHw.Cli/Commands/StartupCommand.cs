using System.CommandLine;
using TpmHw.Cli.Info;
using TpmHw.Spec;
using TpmHw.Transport;

namespace TpmHw.Cli.Commands;

/// <summary>TPM2_Startup (Part 3, 9.3), TPM_Startup.</summary>
internal sealed class StartupCommand : CliCommand
{
    private readonly Option<bool> _clear = new("--clear", "-c") { Description = "Start all over again, not from the state that was saved" };

    public StartupCommand()
        : base("startup", "Start the TPM after a reset, from the state that shutdown saved; one that runs already is left alone") => Options.Add(_clear);

    public override ExitCode Run(CommandContext context)
    {
        bool clear = context.Has(_clear);
        try
        {
            context.WithTpm(
                tpm => tpm.Commands.Startup(clear ? TpmSu.Clear : TpmSu.State, cancellationToken: context.Cancellation),
                old => old.Startup(clear));
        }
        catch (TpmCommandException e) when (PowerUp.IsNeeded(e.Code.Base.Value))
        {
            // What was asked for is so.
        }

        return ExitCode.Ok;
    }
}
